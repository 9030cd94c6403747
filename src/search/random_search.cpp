#include "carve/search/random_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "carve/base/bytes.hpp"
#include "carve/base/random.hpp"
#include "carve/search/problem.hpp"
#include "carve/search/ranking.hpp"

namespace carve::search {
namespace {

constexpr std::string_view format_name = "carve random 1";

base::Schema<RandomOptions> schema() {
  return {{
      base::field(&RandomOptions::population, "population", "candidates per generation", base::between(1, 1e6)),
      base::field(&RandomOptions::spread, "spread",
                  "standard deviation around the initial value, for parameters without bounds on both sides",
                  base::positive),
  }};
}

struct RandomState {
  std::uint64_t generations = 0;
  std::uint64_t evaluations = 0;
  double loss = std::numeric_limits<double>::infinity();
  std::vector<double> best;  ///< of all candidates so far
};

class Random final : public Optimiser {
 public:
  Random(const RandomOptions& options, const Problem& problem)
      : options_(options), problem_(problem), owner_(owner_of("random", schema(), options, problem)) {
    state_.best = initial_point(problem);
  }

  /// Uniform and normal numbers come from streams of their own: bounds given to one coordinate do not move another.
  [[nodiscard]] Candidates ask() override {
    const std::size_t n = problem_.coordinates.size();
    std::vector<double> uniform(n * static_cast<std::size_t>(options_.population)), normal(uniform.size());
    const auto step = static_cast<std::uint32_t>(state_.generations);
    base::fill_uniform({problem_.seed, base::Purpose::search, 0, step}, std::span(uniform));
    base::fill_normal({problem_.seed, base::Purpose::search, 1, step}, std::span(normal));
    Candidates candidates{n, std::vector<double>(uniform.size())};
    for (std::size_t i = 0; i < uniform.size(); ++i) {
      const Coordinate& each = problem_.coordinates[i % n];
      const bool bounded = std::isfinite(each.lower) && std::isfinite(each.upper);
      const double x = bounded ? (1 - uniform[i]) * each.lower + uniform[i] * each.upper
                               : each.initial + options_.spread * each.scale * normal[i];
      candidates.values[i] = std::clamp(x, each.lower, each.upper);
    }
    return candidates;
  }

  void tell(std::span<const double> losses, std::span<const double> repeated,
            std::span<const double> /*gradients*/) override {
    expect_losses("random", static_cast<std::size_t>(options_.population), losses, repeated);
    const std::vector<double> told = combine(losses, repeated);
    const auto best = std::min_element(told.begin(), told.end());
    if (*best < state_.loss) {
      const Candidates candidates = ask();
      const auto x = candidates[static_cast<std::size_t>(best - told.begin())];
      state_.best.assign(x.begin(), x.end());
      state_.loss = *best;
    }
    ++state_.generations;
    state_.evaluations += losses.size() + repeated.size();
  }

  [[nodiscard]] std::vector<double> best_guess() const override { return state_.best; }

  [[nodiscard]] Progress progress() const override {
    return {.generation = state_.generations,
            .evaluations = state_.evaluations,
            .sigma = options_.spread,
            .loss = state_.loss};
  }

  [[nodiscard]] std::string save() const override {
    base::ByteWriter writer;
    writer.put(format_name).put(owner_).put(state_.generations).put(state_.evaluations);
    writer.put(state_.loss).put(state_.best);
    return std::move(writer).sealed();
  }

  [[nodiscard]] bool load(std::string_view bytes) override {
    base::ByteReader reader(bytes);
    std::string name;
    std::uint64_t owner = 0;
    if (!reader.get(name) || name != format_name || !reader.get(owner) || owner != owner_) return false;
    RandomState read;
    reader.get(read.generations), reader.get(read.evaluations), reader.get(read.loss), reader.get(read.best);
    if (!reader.finished() || read.best.size() != problem_.coordinates.size()) return false;
    if (!std::all_of(read.best.begin(), read.best.end(), [](double x) { return std::isfinite(x); })) return false;
    state_ = std::move(read);
    return true;
  }

 private:
  RandomOptions options_;
  Problem problem_;
  std::uint64_t owner_;
  RandomState state_;
};

}  // namespace

std::unique_ptr<Optimiser> make_random(const RandomOptions& options, const Problem& problem) {
  return std::make_unique<Random>(options, problem);
}

const Search random_search = base::component<Optimiser, Problem>(
    "random", "Random points, uniform within bounds, and the best of them: the floor for every other search.",
    "bergstra2012", "method = \"random\"\npopulation = 64", "method", schema(),
    [](const RandomOptions& options, const Problem& problem, const base::Span& place, base::Diagnostics& diagnostics) {
      return check_problem(problem, place, diagnostics) ? make_random(options, problem) : nullptr;
    });

}  // namespace carve::search
