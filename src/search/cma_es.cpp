// The distribution and its equations are in cma_distribution.cpp; here is what turns them into a search: candidates
// within bounds, losses to ranks, noise, restarts, checkpoints.
#include "carve/search/cma_es.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "carve/base/bytes.hpp"
#include "carve/base/random.hpp"
#include "carve/search/bounds.hpp"
#include "carve/search/cma_distribution.hpp"
#include "carve/search/cma_state.hpp"
#include "carve/search/problem.hpp"
#include "carve/search/ranking.hpp"
#include "carve/search/stopping.hpp"

namespace carve::search {
namespace {

class CmaEs final : public Optimiser {
 public:
  CmaEs(const CmaOptions& options, const Problem& problem)
      : options_(options), problem_(problem), bounds_(problem.coordinates, options.sigma) {
    for (const Coordinate& each : problem.coordinates) scales_.push_back(each.scale);
    state_.plan.population = options.population > 0 ? static_cast<std::uint64_t>(options.population)
                                                    : default_population(problem.coordinates.size());
    first_population_ = state_.plan.population;
    owner_ = owner();
    state_.distribution = start(initial_mean(), options.sigma, scales_, options.covariance);
    derive();
  }

  [[nodiscard]] Candidates ask() override {
    sample();
    const std::size_t n = scales_.size();
    Candidates candidates{n, y_};
    for (std::size_t k = 0; k < constants_.population; ++k) {
      double* x = candidates.values.data() + k * n;
      for (std::size_t i = 0; i < n; ++i) x[i] = state_.distribution.mean[i] + state_.distribution.sigma * x[i];
      bounds_.to_inside({x, n}, {x, n});
    }
    return candidates;
  }

  void tell(std::span<const double> losses, std::span<const double> repeated,
            std::span<const double> /*gradients*/) override {
    const std::size_t lambda = constants_.population;
    expect_losses("cma-es", lambda, losses, repeated);
    sample();
    sampled_ = false;
    ++state_.generations;
    state_.evaluations += losses.size() + repeated.size();
    state_.run_evaluations += losses.size();
    if (state_.stopped != Stop::none) {
      ++state_.distribution.generation;  // new candidates of the same distribution
      return;
    }
    const std::vector<double> combined = combine(losses, repeated);
    const std::vector<std::size_t> order = rank(combined);
    std::vector<double> ranked;
    for (const std::size_t index : order) ranked.push_back(combined[index]);
    state_.history.record(ranked, constants_, state_.distribution.generation);
    CmaDistribution before = state_.distribution;
    const bool all_failed = !std::isfinite(ranked.front());  // teaches nothing: stay, try other candidates
    if (all_failed) ++state_.distribution.generation;
    else learn(state_.distribution, factor_, constants_, z_, y_, order);
    if (options_.noise_handling && !repeated.empty()) handle_noise(rank_uncertainty(losses, repeated));
    go_on(ranked, std::move(before));
  }

  [[nodiscard]] std::vector<double> best_guess() const override {
    const bool earlier = !state_.earlier_mean.empty() &&
                         (state_.history.best.empty() || state_.earlier_loss < state_.history.best.back());
    std::vector<double> guess(scales_.size());
    bounds_.to_inside(earlier ? state_.earlier_mean : state_.distribution.mean, guess);
    return guess;
  }

  /// sigma^2 C (Eq. 38).
  [[nodiscard]] std::vector<double> covariance() const override {
    const CmaDistribution& now = state_.distribution;
    const std::size_t n = scales_.size();
    std::vector<double> matrix(n * n, 0.0);
    for (std::size_t j = 0; j < n; ++j) {
      matrix[j * n + j] = now.sigma * now.sigma * variance(now, j);
      for (std::size_t i = j + 1; i < n && now.variances.empty(); ++i)
        matrix[i * n + j] = matrix[j * n + i] = now.sigma * now.sigma * now.covariance.column(j)[i - j];
    }
    return matrix;
  }

  [[nodiscard]] double effort() const override { return state_.effort; }
  [[nodiscard]] bool wants_repeat() const override { return options_.noise_handling; }

  [[nodiscard]] Progress progress() const override {
    return {.generation = state_.generations,
            .evaluations = state_.evaluations,
            .sigma = state_.distribution.sigma,
            .axis_ratio = std::sqrt(factor_.condition()),
            .restarts = state_.restarts.restarts,
            .loss = last_loss(),
            .stopped = std::string(describe(state_.stopped))};
  }

  [[nodiscard]] std::string save() const override { return write_state(state_, owner_); }

  [[nodiscard]] bool load(std::string_view bytes) override {
    std::optional<CmaState> read = read_state(bytes, owner_, scales_.size(), options_.covariance, first_population_);
    if (!read) return false;
    std::swap(state_, *read);
    if (derive()) return true;
    std::swap(state_, *read);
    derive();
    return false;
  }

 private:
  [[nodiscard]] double last_loss() const {
    if (!state_.history.best.empty()) return state_.history.best.back();
    return state_.earlier_mean.empty() ? std::numeric_limits<double>::infinity() : state_.earlier_loss;
  }

  [[nodiscard]] std::vector<double> initial_mean() const {
    std::vector<double> mean;
    for (const Coordinate& each : problem_.coordinates) mean.push_back(bounds_.to_free(mean.size(), each.initial));
    return mean;
  }

  /// What follows from the state: constants of this population, factor of C. False where C is not positive definite.
  bool derive() {
    if (constants_.population != state_.plan.population) {
      constants_ = cma_constants(scales_.size(), state_.plan.population, options_.covariance, options_.active);
    }
    sampled_ = false;
    return factor_.update(state_.distribution);
  }

  [[nodiscard]] base::StreamKey stream(std::uint64_t step) const {
    return {problem_.seed, base::Purpose::search, static_cast<std::uint32_t>(state_.restarts.restarts),
            static_cast<std::uint32_t>(step)};
  }

  /// Eqs. 38, 39: z ~ N(0, I), y = A z, a function of the state alone.
  void sample() {
    if (sampled_) return;
    const std::size_t n = scales_.size(), lambda = constants_.population;
    z_.resize(lambda * n);
    y_.resize(lambda * n);
    base::fill_normal(stream(state_.distribution.generation), std::span(z_));
    for (std::size_t k = 0; k < lambda; ++k) factor_.apply(z_.data() + k * n, y_.data() + k * n);
    sampled_ = true;
  }

  /// UH-CMA-ES (Hansen et al. 2009): more trials while ranks are unreliable, larger steps where no more may be had.
  void handle_noise(double uncertainty) {
    constexpr double alpha = 1.5;
    if (uncertainty <= 0) {
      state_.effort = std::max(1.0, state_.effort / alpha);
    } else if (state_.effort < options_.max_effort) {
      state_.effort = std::min(options_.max_effort, state_.effort * alpha);
    } else {
      state_.distribution.sigma *= 1 + 2 / (static_cast<double>(scales_.size()) + 10);
    }
  }

  /// Ends the run where it has nothing more to find: a restart, or the end. A distribution whose numbers have broken
  /// gives way to the one before.
  void go_on(std::span<const double> ranked, CmaDistribution before) {
    CmaDistribution& now = state_.distribution;
    Stop stop = why_stop(now, state_.history, ranked, constants_, {options_.tolerance_loss, options_.tolerance_step},
                         scales_, options_.sigma * state_.plan.sigma_factor);
    if (!is_finite(now) || !derive()) {
      stop = Stop::ill_conditioned;
      before.generation = now.generation;
      now = std::move(before);
      derive();
    } else if (now.generation % 10 == 0 && factor_.condition() > 1e14) {
      stop = Stop::ill_conditioned;
    }
    if (state_.plan.most_evaluations > 0 && state_.run_evaluations >= state_.plan.most_evaluations) stop = Stop::budget;
    if (stop == Stop::none) return;
    const bool more = options_.restarts != Restarts::none &&
                      state_.restarts.doublings < static_cast<std::uint64_t>(options_.max_restarts);
    if (more) restart();
    else state_.stopped = stop;
  }

  /// A new run from a point drawn around the user's own, as far away as the user's first steps.
  void restart() {
    if (state_.earlier_mean.empty() || state_.history.best.back() < state_.earlier_loss) {
      state_.earlier_mean = state_.distribution.mean;
      state_.earlier_loss = state_.history.best.back();
    }
    constexpr std::uint64_t draw_uniforms = 0xfffffffe, draw_mean = 0xffffffff;  // steps no run ever reaches
    double uniform[2];
    base::fill_uniform(stream(draw_uniforms), std::span(uniform));
    state_.plan = next_run(options_.restarts, state_.restarts, first_population_, state_.run_evaluations, uniform);
    std::vector<double> mean = initial_mean(), normal(scales_.size());
    base::fill_normal(stream(draw_mean), std::span(normal));
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += options_.sigma * scales_[i] * normal[i];
    state_.distribution =
        start(std::move(mean), options_.sigma * state_.plan.sigma_factor, scales_, options_.covariance);
    state_.history = {};
    state_.run_evaluations = 0;
    derive();
  }

  /// Names the problem and the options to which a state belongs.
  [[nodiscard]] std::uint64_t owner() const {
    base::ByteWriter writer;
    for (const Coordinate& each : problem_.coordinates) {
      writer.put(each.initial).put(each.lower).put(each.upper).put(each.scale);
    }
    writer.put(problem_.seed).put(std::uint64_t(options_.population)).put(options_.sigma);
    writer.put(std::uint64_t{options_.active}).put(static_cast<std::uint64_t>(options_.covariance));
    writer.put(static_cast<std::uint64_t>(options_.restarts)).put(std::uint64_t(options_.max_restarts));
    writer.put(options_.tolerance_loss).put(options_.tolerance_step);
    writer.put(std::uint64_t{options_.noise_handling}).put(options_.max_effort);
    return base::checksum(std::move(writer).sealed());
  }

  CmaOptions options_;
  Problem problem_;
  Bounds bounds_;
  std::vector<double> scales_;
  std::uint64_t first_population_ = 0;
  std::uint64_t owner_ = 0;
  CmaState state_;

  // Made from the state.
  CmaConstants constants_;
  CmaFactor factor_;
  std::vector<double> z_, y_;
  bool sampled_ = false;
};

base::Schema<CmaOptions> schema() {
  using base::choice, base::field;
  return {{
      field(&CmaOptions::population, "population", "candidates per generation; 0 takes 4 + floor(3 ln n)",
            base::between(0, 1e6)),
      field(&CmaOptions::sigma, "sigma", "standard deviation of the first steps", base::positive),
      field(&CmaOptions::active, "active", "learn from the worse half of the candidates too"),
      choice(&CmaOptions::covariance, "covariance", "all correlations, or variances alone (many parameters)",
             base::Choices<Covariance>{{"full", Covariance::full}, {"diagonal", Covariance::diagonal}}),
      choice(&CmaOptions::restarts, "restarts", "what follows when a run has nothing more to find",
             base::Choices<Restarts>{{"none", Restarts::none}, {"ipop", Restarts::ipop}, {"bipop", Restarts::bipop}}),
      field(&CmaOptions::max_restarts, "max_restarts", "the search ends after so many runs of doubled population",
            base::between(0, most_doublings)),
      field(&CmaOptions::tolerance_loss, "tolerance_loss",
            "a run ends when recent losses differ by less (beyond 1: by this share); 0: never", base::not_negative),
      field(&CmaOptions::tolerance_step, "tolerance_step",
            "a run ends when steps are this much smaller than the first; 0: never", base::not_negative),
      field(&CmaOptions::noise_handling, "noise_handling",
            "measure each candidate twice, use more trials while the two rankings disagree"),
      field(&CmaOptions::max_effort, "max_effort", "with noise_handling: at most so many times the trials",
            base::between(1, 1e6)),
  }};
}

/// Reports what the fields alone cannot tell.
std::unique_ptr<Optimiser> checked(const CmaOptions& options, const Problem& problem, const base::Span& place,
                                   base::Diagnostics& diagnostics) {
  const bool sound = check_problem(problem, place, diagnostics);
  if (options.population != 1) return sound ? make_cma_es(options, problem) : nullptr;
  diagnostics.error(place, "cma-es needs a population of at least 2", "or 0 for the default");
  return nullptr;
}

}  // namespace

std::unique_ptr<Optimiser> make_cma_es(const CmaOptions& options, const Problem& problem) {
  return std::make_unique<CmaEs>(options, problem);
}

const Search cma_es = base::component<Optimiser, Problem>(
    "cma-es", "Covariance matrix adaptation: learns the steps' size, shape and direction from ranks alone.",
    "hansen2016", "method = \"cma-es\"\npopulation = 64\nsigma = 0.1", "method", schema(), checked);

}  // namespace carve::search
