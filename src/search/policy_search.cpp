#include "carve/search/policy_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "carve/base/bytes.hpp"
#include "carve/base/random.hpp"
#include "carve/base/scalar_math.hpp"
#include "carve/search/bounds.hpp"
#include "carve/search/problem.hpp"
#include "carve/search/ranking.hpp"
#include "carve/search/stopping.hpp"
#include "carve/search/trust_region.hpp"

namespace carve::search {
namespace {

/// Name and version of the bytes.
constexpr std::string_view format_name = "carve policy search 1";

struct PolicyState {
  std::uint64_t generations = 0;
  std::uint64_t evaluations = 0;
  std::uint64_t quiet = 0;  ///< generations in a row whose better half was within the tolerance
  double loss = std::numeric_limits<double>::infinity();
  Stop stopped = Stop::none;
  std::vector<double> mean;
  Triangle factor;  ///< A, lower triangular, C = A A'
};

bool are_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

bool is_sound(const PolicyState& state) {
  if (!are_finite(state.mean) || !are_finite(state.factor.values)) return false;
  for (std::size_t j = 0; j < state.factor.size; ++j) {
    if (!(state.factor.diagonal(j) > 0)) return false;
  }
  return true;
}

/// A B of two lower triangles.
Triangle product(const Triangle& a, const Triangle& b) {
  Triangle made(a.size);
  for (std::size_t j = 0; j < a.size; ++j) {
    for (std::size_t k = j; k < a.size; ++k)
      add_scaled(a.size - k, b.column(j)[k - j], a.column(k), made.column(j) + (k - j));
  }
  return made;
}

base::Schema<PolicyOptions> schema() {
  using base::field;
  return {{
      field(&PolicyOptions::population, "population", "candidates per generation; 0 takes 10 + n",
            base::between(0, 1e6)),
      field(&PolicyOptions::sigma, "sigma", "standard deviation of the first candidates", base::positive),
      field(&PolicyOptions::sample_bound, "sample_bound",
            "relative entropy, in nats, of the candidates' weights to equal ones: the greed", base::positive),
      field(&PolicyOptions::mean_bound, "mean_bound",
            "relative entropy, in nats, by which the mean may move in a generation", base::positive),
      field(&PolicyOptions::covariance_bound, "covariance_bound",
            "relative entropy, in nats, by which the covariance may change in a generation", base::positive),
      field(&PolicyOptions::tolerance_loss, "tolerance_loss",
            "the search ends when recent losses differ by less (beyond 1: by this share); 0: when they are equal",
            base::not_negative),
      field(&PolicyOptions::tolerance_step, "tolerance_step",
            "the search ends when steps are this much smaller than the first; 0: never", base::not_negative),
  }};
}

class PolicySearch final : public Optimiser {
 public:
  PolicySearch(const PolicyOptions& options, const Problem& problem)
      : options_(options),
        problem_(problem),
        bounds_(problem.coordinates, options.sigma),
        owner_(owner_of("policy_search", schema(), options, problem)),
        population_(options.population > 0 ? static_cast<std::size_t>(options.population)
                                           : 10 + problem.coordinates.size()) {
    const std::size_t n = problem.coordinates.size();
    state_.factor = Triangle(n);
    for (std::size_t i = 0; i < n; ++i) {
      state_.mean.push_back(bounds_.to_free(i, problem.coordinates[i].initial));
      state_.factor.column(i)[0] = options.sigma * problem.coordinates[i].scale;
    }
  }

  [[nodiscard]] Candidates ask() override {
    const std::size_t n = state_.mean.size();
    const std::vector<double> z = sample();
    Candidates candidates{n, std::vector<double>(z.size())};
    for (std::size_t k = 0; k < population_; ++k) {
      const std::span<double> x(candidates.values.data() + k * n, n);
      multiply(state_.factor, z.data() + k * n, x.data());
      for (std::size_t i = 0; i < n; ++i) x[i] += state_.mean[i];
      bounds_.to_inside(x, x);
    }
    return candidates;
  }

  void tell(std::span<const double> losses, std::span<const double> repeated,
            std::span<const double> /*gradients*/) override {
    expect_losses("policy_search", population_, losses, repeated);
    const std::vector<double> z = sample();
    ++state_.generations;
    state_.evaluations += losses.size() + repeated.size();
    if (state_.stopped != Stop::none) return;
    const std::vector<double> told = combine(losses, repeated);
    state_.loss = *std::min_element(told.begin(), told.end());
    if (!std::isfinite(state_.loss)) return;  // teaches nothing: stay, try other candidates
    const PolicyState before = state_;
    learn(reweigh(told, options_.sample_bound).weights, z);
    if (!is_sound(state_)) {
      state_.mean = before.mean;
      state_.factor = before.factor;
      state_.stopped = Stop::ill_conditioned;
      return;
    }
    state_.stopped = why_stop(told);
  }

  [[nodiscard]] std::vector<double> best_guess() const override {
    std::vector<double> guess(state_.mean.size());
    bounds_.to_inside(state_.mean, guess);
    return guess;
  }

  [[nodiscard]] Progress progress() const override {
    double logarithms = 0;
    for (std::size_t i = 0; i < state_.mean.size(); ++i)
      logarithms += base::log(state_.factor.diagonal(i) / problem_.coordinates[i].scale);
    return {.generation = state_.generations,
            .evaluations = state_.evaluations,
            .sigma = base::exp(logarithms / static_cast<double>(state_.mean.size())),
            .axis_ratio = std::sqrt(estimate_condition(state_.factor)),
            .loss = state_.loss,
            .stopped = std::string(describe(state_.stopped))};
  }

  [[nodiscard]] std::string save() const override {
    base::ByteWriter writer;
    writer.put(format_name).put(owner_).put(state_.mean).put(state_.factor.values).put(state_.generations);
    writer.put(state_.evaluations).put(state_.quiet).put(state_.loss).put(static_cast<std::uint64_t>(state_.stopped));
    return std::move(writer).sealed();
  }

  [[nodiscard]] bool load(std::string_view bytes) override {
    base::ByteReader reader(bytes);
    std::string name;
    std::uint64_t owner = 0, stopped = 0;
    if (!reader.get(name) || name != format_name || !reader.get(owner) || owner != owner_) return false;
    PolicyState read;
    read.factor.size = state_.mean.size();
    reader.get(read.mean), reader.get(read.factor.values), reader.get(read.generations);
    reader.get(read.evaluations), reader.get(read.quiet), reader.get(read.loss), reader.get(stopped);
    if (!reader.finished() || stopped > static_cast<std::uint64_t>(last_stop)) return false;
    if (read.mean.size() != state_.mean.size() || read.factor.values.size() != state_.factor.values.size())
      return false;
    if (!is_sound(read)) return false;
    read.stopped = static_cast<Stop>(stopped);
    state_ = std::move(read);
    return true;
  }

 private:
  /// z ~ N(0, I), population x dimension numbers; a function of the state alone.
  [[nodiscard]] std::vector<double> sample() const {
    std::vector<double> z(population_ * state_.mean.size());
    base::fill_normal({problem_.seed, base::Purpose::search, 0, static_cast<std::uint32_t>(state_.generations)},
                      std::span(z));
    return z;
  }

  /// Weighted maximum likelihood within the bounds, in coordinates in which the old gaussian is N(0, I).
  void learn(const std::vector<double>& weights, const std::vector<double>& z) {
    const std::size_t n = state_.mean.size();
    std::vector<double> shift(n), step(n);
    Triangle moments(n), factor;
    for (std::size_t k = 0; k < population_; ++k) {
      if (weights[k] == 0) continue;
      const double* sampled = z.data() + k * n;
      add_scaled(n, weights[k], sampled, shift.data());
      for (std::size_t j = 0; j < n; ++j) add_scaled(n - j, weights[k] * sampled[j], sampled + j, moments.column(j));
    }
    const double s = mean_step(shift, options_.mean_bound);
    multiply(state_.factor, shift.data(), step.data());
    for (std::size_t i = 0; i < n; ++i) state_.mean[i] += s * step[i];
    covariance_step(moments, options_.covariance_bound, factor);
    state_.factor = product(state_.factor, factor);
  }

  [[nodiscard]] double deviation(std::size_t i) const {
    double variance = 0;
    for (std::size_t j = 0; j <= i; ++j) variance += state_.factor.column(j)[i - j] * state_.factor.column(j)[i - j];
    return std::sqrt(variance);
  }

  [[nodiscard]] Stop why_stop(std::vector<double> told) {
    double largest = 0;
    bool effective = true;
    for (std::size_t i = 0; i < state_.mean.size(); ++i) {
      const double width = deviation(i);
      largest = std::max(largest, width / problem_.coordinates[i].scale);
      effective = effective && state_.mean[i] + 0.2 * width != state_.mean[i];
    }
    if (!effective) return Stop::no_effect;
    if (largest > 1e4 * options_.sigma) return Stop::diverging;
    if (largest < options_.tolerance_step * options_.sigma) return Stop::small_steps;
    std::sort(told.begin(), told.end());
    const double tolerance = options_.tolerance_loss * std::max(1.0, std::abs(told.front()));
    state_.quiet = told[told.size() / 2] - told.front() <= tolerance ? state_.quiet + 1 : 0;
    const std::uint64_t patience = 10 + 30 * state_.mean.size() / population_;
    return state_.quiet >= patience ? Stop::flat_losses : Stop::none;
  }

  PolicyOptions options_;
  Problem problem_;
  Bounds bounds_;
  std::uint64_t owner_;
  std::size_t population_;
  PolicyState state_;
};

std::unique_ptr<Optimiser> checked(const PolicyOptions& options, const Problem& problem, const base::Span& place,
                                   base::Diagnostics& diagnostics) {
  const bool sound = check_problem(problem, place, diagnostics);
  if (options.population != 1) return sound ? make_policy_search(options, problem) : nullptr;
  diagnostics.error(place, "policy_search needs a population of at least 2", "or 0 for the default");
  return nullptr;
}

}  // namespace

std::unique_ptr<Optimiser> make_policy_search(const PolicyOptions& options, const Problem& problem) {
  return std::make_unique<PolicySearch>(options, problem);
}

const Search policy_search = base::component<Optimiser, Problem>(
    "policy_search", "Trust-region policy search: a gaussian that moves and narrows by bounded relative entropies.",
    "abdolmaleki2018", "method = \"policy_search\"\npopulation = 64\nsigma = 0.1", "method", schema(), checked);

}  // namespace carve::search
