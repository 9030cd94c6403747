#include "carve/search/finite_differences.hpp"

#include <algorithm>
#include <cmath>

#include "carve/search/problem.hpp"
#include "carve/search/ranking.hpp"

namespace carve::search {
namespace {

base::Schema<FiniteDifferencesOptions> schema() {
  base::Schema<FiniteDifferencesOptions> made{descent_fields<FiniteDifferencesOptions>()};
  made.fields.push_back(
      base::choice(&FiniteDifferencesOptions::differences, "differences",
                   "central: both neighbours of each coordinate; forward: one, for half the evaluations",
                   base::Choices<Differences>{{"central", Differences::central}, {"forward", Differences::forward}}));
  made.fields.push_back(base::field(&FiniteDifferencesOptions::step, "step",
                                    "how far the neighbours are; below it the loss should be smooth", base::positive));
  return made;
}

/// A candidate on the line through the position along one coordinate.
struct Neighbour {
  double x;
  double loss;
};

/// The slope through the outermost neighbours with a finite loss; 0 where there is no other than the position itself.
double slope(const Neighbour& below, const Neighbour& at, const Neighbour& above) {
  const Neighbour& low = std::isfinite(below.loss) ? below : at;
  const Neighbour& high = std::isfinite(above.loss) ? above : at;
  return high.x > low.x ? (high.loss - low.loss) / (high.x - low.x) : 0;
}

class FiniteDifferences final : public Descent {
 public:
  FiniteDifferences(const FiniteDifferencesOptions& options, const Problem& problem)
      : Descent(options, problem, owner_of("finite_differences", schema(), options, problem)),
        central_(options.differences == Differences::central),
        step_(options.step) {}

  [[nodiscard]] Candidates ask() override {
    const std::size_t n = position().size();
    Candidates candidates{n, position()};
    const auto add = [&](std::size_t i, double x) {
      candidates.values.insert(candidates.values.end(), position().begin(), position().end());
      candidates.values[candidates.values.size() - n + i] = x;
    };
    for (std::size_t i = 0; i < n; ++i) {
      if (central_) add(i, below(i));
      add(i, above(i));
    }
    return candidates;
  }

  void tell(std::span<const double> losses, std::span<const double> repeated,
            std::span<const double> /*gradients*/) override {
    const std::size_t n = position().size();
    expect_losses("finite_differences", 1 + (central_ ? 2 : 1) * n, losses, repeated);
    const std::vector<double> told = combine(losses, repeated);
    // The penalty has no slope at zero: its share that differs is taken off; its proximal step is the descent's.
    const auto smooth = [&](std::size_t i, double x, double loss) -> Neighbour {
      return {x, problem().coordinates[i].penalised ? loss - problem().l1 * std::abs(x) : loss};
    };
    std::vector<double> gradient(n);
    for (std::size_t i = 0; i < n; ++i) {
      const Neighbour at = smooth(i, position()[i], told[0]);
      const Neighbour high = smooth(i, above(i), told[central_ ? 2 + 2 * i : 1 + i]);
      if (central_) gradient[i] = slope(smooth(i, below(i), told[1 + 2 * i]), at, high);
      else gradient[i] = high.x > at.x ? slope(at, at, high) : slope(high, at, at);
    }
    move(told[0], gradient, losses.size() + repeated.size());
  }

 private:
  [[nodiscard]] double reach(std::size_t i) const { return step_ * problem().coordinates[i].scale; }
  [[nodiscard]] double below(std::size_t i) const {
    return std::max(position()[i] - reach(i), problem().coordinates[i].lower);
  }
  /// Or, for forward differences on the upper bound, the other side.
  [[nodiscard]] double above(std::size_t i) const {
    const double x = std::min(position()[i] + reach(i), problem().coordinates[i].upper);
    return !central_ && x - position()[i] < 0.5 * reach(i) ? below(i) : x;
  }

  bool central_;
  double step_;
};

}  // namespace

std::unique_ptr<Optimiser> make_finite_differences(const FiniteDifferencesOptions& options, const Problem& problem) {
  return std::make_unique<FiniteDifferences>(options, problem);
}

const Search finite_differences = base::component<Optimiser, Problem>(
    "finite_differences", "Gradients from moving one coordinate at a time, with Adam or plain descent.",
    "confavreux2020", "method = \"finite_differences\"\noptimiser = \"sgd\"\nlearning_rate = 0.1\nstep = 0.01",
    "method", schema(),
    [](const FiniteDifferencesOptions& options, const Problem& problem, const base::Span& place,
       base::Diagnostics& diagnostics) {
      return check_problem(problem, place, diagnostics) ? make_finite_differences(options, problem) : nullptr;
    });

}  // namespace carve::search
