// How far learned weights are from those that a known rule learns from the same inputs and initial weights.
#include <algorithm>
#include <cmath>

#include "carve/rule/rule_space.hpp"
#include "carve/task/loss.hpp"
#include "carve/task/trial.hpp"

namespace carve::task {
namespace {

struct Options {
  std::string dw;
  std::int64_t points = 1;
};

/// Students further away than the teacher's own length times this count as that far.
constexpr double largest_distance = 1e4;

class TeacherLoss final : public Loss {
 public:
  TeacherLoss(const network::RateNetwork& network, const rule::RuleSpace& teacher, std::size_t points)
      : network_(network), simulator_(network, teacher), points_(points) {}

  [[nodiscard]] std::size_t points() const override { return points_; }

  /// [point][output][input], in double.
  [[nodiscard]] std::vector<double> truth(const Trial& trial) const override {
    const std::vector<double> no_parameters;
    const auto blocks = simulator_.prepare(std::span(&no_parameters, 1));
    const std::size_t lanes = blocks.front().lanes;
    const std::size_t size = network_.weight_count();
    const auto inputs = static_cast<std::size_t>(network_.inputs);
    const base::AlignedVector<double> samples(trial.samples.values.begin(), trial.samples.values.end());
    base::AlignedVector<double> weights(size * lanes);
    base::AlignedVector<double> scratch(simulator_.scratch_size(lanes));
    for (std::size_t i = 0; i < size; ++i) {
      std::fill_n(weights.begin() + static_cast<std::ptrdiff_t>(i * lanes), lanes,
                  static_cast<double>(trial.initial_weights[i]));
    }
    std::vector<double> path;
    std::size_t step = 0;
    for (const std::size_t end : look_steps(samples.size() / inputs, points_, network_)) {
      simulator_.run(blocks.front(), samples.data() + step * inputs, end - step, weights.data(), scratch.data());
      step = end;
      for (std::size_t i = 0; i < size; ++i) path.push_back(weights[i * lanes]);
    }
    return path;
  }

  /// Mean over the points of |student - teacher|^2 / |teacher|^2.
  [[nodiscard]] double score(const Learned& learned) const override {
    const std::size_t size = network_.weight_count();
    const std::size_t points = learned.truth.size() / size;
    double sum = 0;
    for (std::size_t point = 0; point < points; ++point) {
      double distance = 0;
      double length = 0;
      for (std::size_t i = point * size; i < (point + 1) * size; ++i) {
        const double difference = learned.weights[i] - learned.truth[i];
        distance += difference * difference;
        length += learned.truth[i] * learned.truth[i];
      }
      sum += std::min(length > 0 ? distance / length : distance, largest_distance);
    }
    return sum / static_cast<double>(points);
  }

  [[nodiscard]] double worst() const override { return largest_distance; }

 private:
  network::RateNetwork network_;
  network::RateSimulator<double> simulator_;
  std::size_t points_;
};

std::unique_ptr<Loss> make(const Options& options, const LossContext& context, const base::Span& place,
                           base::Diagnostics& diagnostics) {
  base::Table rule;
  rule.set("dw", {options.dw, place});
  const auto teacher = rule::read_rule_space("teacher", rule, place, diagnostics);
  if (!teacher) return nullptr;
  if (!teacher->parameters.empty()) {
    diagnostics.error(place, "the teacher's rule must be all numbers",
                      "unknown: '" + teacher->parameters.front().name + "'");
    return nullptr;
  }
  return std::make_unique<TeacherLoss>(context.network, *teacher, static_cast<std::size_t>(options.points));
}

}  // namespace

const LossComponent teacher_loss = base::component<Loss, LossContext>(
    "teacher", "Relative squared distance from the weights that a given rule learns in the same trial.",
    "confavreux2020", "kind = \"teacher\"\ndw = \"0.02*(x*y - y^2*w)\"", "kind",
    base::Schema<Options>{
        {base::field(&Options::dw, "dw", "the teacher's rule in x, y, w; all numbers").required(),
         base::field(&Options::points, "points", "equally distant points of the lifetime that are compared; 1: its end",
                     base::between(1, 1000))}},
    make);

}  // namespace carve::task
