#include "carve/search/finite_differences.hpp"

#include <algorithm>
#include <cmath>

#include "carve/base/bytes.hpp"
#include "carve/search/problem.hpp"
#include "carve/search/ranking.hpp"

namespace carve::search {
namespace {

/// Name and version of the bytes.
constexpr std::string_view format_name = "carve finite differences 1";

base::Schema<FiniteDifferencesOptions> schema() {
  base::Schema<FiniteDifferencesOptions> made{descent_fields<FiniteDifferencesOptions>()};
  made.fields.push_back(
      base::choice(&FiniteDifferencesOptions::differences, "differences",
                   "central: both neighbours of each coordinate; forward: one, for half the evaluations",
                   base::Choices<Differences>{{"central", Differences::central}, {"forward", Differences::forward}}));
  made.fields.push_back(base::field(&FiniteDifferencesOptions::step, "step",
                                    "how far the neighbours are; below it the loss should be smooth", base::positive));
  made.fields.push_back(base::field(&FiniteDifferencesOptions::largest_step, "largest_step",
                                    "a coordinate's step doubles up to this while no neighbour's loss differs, as on "
                                    "spikes, which a small change may leave all as they are; 0: steps stay",
                                    base::not_negative));
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

/// Whether the neighbours show no difference beyond the rounding of losses of this size.
bool is_flat(const Neighbour& below, const Neighbour& at, const Neighbour& above, double size) {
  const auto same = [&](const Neighbour& other) { return std::abs(other.loss - at.loss) <= 1e-13 * size; };
  return same(below) && same(above);
}

class FiniteDifferences final : public Descent {
 public:
  FiniteDifferences(const FiniteDifferencesOptions& options, const Problem& problem)
      : Descent(options, problem, owner_of("finite_differences", schema(), options, problem)),
        central_(options.differences == Differences::central),
        smallest_(options.step),
        largest_(std::max(options.step, options.largest_step)),
        steps_(problem.coordinates.size(), options.step) {}

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
    std::vector<double> gradient(n), grown = steps_;
    for (std::size_t i = 0; i < n; ++i) {
      const Neighbour at = smooth(i, position()[i], told[0]);
      const Neighbour high = smooth(i, above(i), told[central_ ? 2 + 2 * i : 1 + i]);
      const Neighbour low = central_ ? smooth(i, below(i), told[1 + 2 * i]) : at;
      if (central_ || high.x > at.x) gradient[i] = slope(low, at, high);
      else gradient[i] = slope(high, at, at);
      if (is_flat(low, at, high, std::abs(told[0]))) grown[i] = std::min(2 * steps_[i], largest_);
    }
    if (grown != steps_) stay_awake();
    steps_ = std::move(grown);
    move(told[0], gradient, losses.size() + repeated.size());
  }

  [[nodiscard]] std::string save() const override {
    base::ByteWriter writer;
    writer.put(format_name).put(steps_).put(Descent::save());
    return std::move(writer).sealed();
  }

  [[nodiscard]] bool load(std::string_view bytes) override {
    base::ByteReader reader(bytes);
    std::string name, descent;
    std::vector<double> steps;
    if (!reader.get(name) || name != format_name) return false;
    reader.get(steps), reader.get(descent);
    if (!reader.finished() || steps.size() != steps_.size()) return false;
    const auto possible = [&](double step) { return step >= smallest_ && step <= largest_; };
    if (!std::all_of(steps.begin(), steps.end(), possible) || !Descent::load(descent)) return false;
    steps_ = std::move(steps);
    return true;
  }

 private:
  [[nodiscard]] double reach(std::size_t i) const { return steps_[i] * problem().coordinates[i].scale; }
  [[nodiscard]] double below(std::size_t i) const {
    return std::max(position()[i] - reach(i), problem().coordinates[i].lower);
  }
  /// Or, for forward differences on the upper bound, the other side.
  [[nodiscard]] double above(std::size_t i) const {
    const double x = std::min(position()[i] + reach(i), problem().coordinates[i].upper);
    return !central_ && x - position()[i] < 0.5 * reach(i) ? below(i) : x;
  }

  bool central_;
  double smallest_, largest_;
  std::vector<double> steps_;  // of each coordinate, times its scale; all that changes beside the descent's state
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
       base::Diagnostics& diagnostics) -> std::unique_ptr<Optimiser> {
      if (options.largest_step != 0 && options.largest_step < options.step) {
        diagnostics.error(place, "'largest_step' is below 'step', from which steps grow",
                          "a thousand times 'step' is a good choice; 0 keeps steps as they are");
        return nullptr;
      }
      return check_problem(problem, place, diagnostics) ? make_finite_differences(options, problem) : nullptr;
    });

}  // namespace carve::search
