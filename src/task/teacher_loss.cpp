// How far learned weights are from those that a known rule learns from the same inputs and initial weights.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "carve/base/random.hpp"
#include "carve/network/rate_simulator.hpp"
#include "carve/rule/rule_space.hpp"
#include "carve/task/loss.hpp"
#include "carve/task/trial.hpp"

namespace carve::task {
namespace {

struct Options {
  std::string dw;
  std::string lateral;
  double noise = 0;
};

/// Students further away than the teacher's own length times this count as that far.
constexpr double largest_distance = 1e4;

class TeacherLoss final : public Loss {
 public:
  TeacherLoss(const LossContext& context, std::span<const rule::RuleSpace> rules, double noise)
      : Loss(context.points), network_(context.network), simulator_(context.network, rules), noise_(noise) {}

  /// [point][weight], in double; then, where weights are measured with noise, their squared length without it, [point].
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
    for (const std::size_t end : look_steps(samples.size() / inputs, points(), network_)) {
      simulator_.run(blocks.front(), samples.data() + step * inputs, end - step, weights.data(), scratch.data());
      step = end;
      for (std::size_t i = 0; i < size; ++i) path.push_back(weights[i * lanes]);
    }
    if (noise_ > 0) disturb(trial, path);
    return path;
  }

  /// |student - teacher|^2 / |teacher|^2.
  [[nodiscard]] double score(const Learned& learned) const override {
    const Distance distance = distance_of(learned);
    return std::min(distance.square / distance.unit, largest_distance);
  }

  [[nodiscard]] bool has_gradient() const override { return true; }
  [[nodiscard]] std::vector<double> gradient(const Learned& learned) const override {
    const Distance distance = distance_of(learned);
    const std::span<const double> teacher = teacher_at(learned);
    std::vector<double> result(teacher.size(), 0.0);
    if (!(distance.square / distance.unit < largest_distance)) return result;
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = 2 * (learned.weights[i] - teacher[i]) / distance.unit;
    return result;
  }

  [[nodiscard]] double worst() const override { return largest_distance; }

 private:
  /// Adds what a measurement of the weights would get wrong, and the lengths that it cannot change: relative to lengths
  /// with noise in them, the rule that did it would not be the one with the least loss.
  void disturb(const Trial& trial, std::vector<double>& path) const {
    const std::size_t size = network_.weight_count();
    const std::size_t points = path.size() / size;
    std::vector<double> normals(path.size());
    base::fill_normal({trial.seed, base::Purpose::planted_rules, trial.stream, 1}, std::span(normals));
    for (std::size_t point = 0; point < points; ++point) {
      const auto weights = std::span(path).subspan(point * size, size);
      const double square = std::inner_product(weights.begin(), weights.end(), weights.begin(), 0.0);
      const double deviation = noise_ * std::sqrt(square / static_cast<double>(size));
      for (std::size_t i = 0; i < size; ++i) weights[i] += deviation * normals[point * size + i];
      path.push_back(square);
    }
  }

  struct Distance {
    double square = 0;
    double unit = 1;  // of the square: the teacher's own, unless that is nothing
  };

  [[nodiscard]] std::span<const double> teacher_at(const Learned& learned) const {
    const std::size_t size = network_.weight_count();
    return learned.truth().subspan(learned.point * size, size);
  }

  [[nodiscard]] Distance distance_of(const Learned& learned) const {
    const std::span<const double> teacher = teacher_at(learned);
    double square = 0;
    double length = 0;
    for (std::size_t i = 0; i < teacher.size(); ++i) {
      const double difference = learned.weights[i] - teacher[i];
      square += difference * difference;
      length += teacher[i] * teacher[i];
    }
    const std::size_t points = learned.truth().size() / (teacher.size() + 1);
    if (noise_ > 0) length = learned.truth()[points * teacher.size() + learned.point];
    return {square, length > 0 ? length : 1};
  }

  network::RateNetwork network_;
  network::RateSimulator<double> simulator_;
  double noise_;
};

/// A rule of numbers from its text.
bool read_teacher(const std::string& text, const base::Span& place, base::Diagnostics& diagnostics,
                  std::vector<rule::RuleSpace>& rules) {
  base::Table table;
  table.set("dw", {text, place});
  auto rule = rule::read_rule_space("teacher", table, place, diagnostics);
  if (!rule) return false;
  if (!rule->parameters.empty()) {
    diagnostics.error(place, "the teacher's rule must be all numbers",
                      "unknown: '" + rule->parameters.front().name + "'");
    return false;
  }
  rules.push_back(std::move(*rule));
  return true;
}

std::unique_ptr<Loss> make(const Options& options, const LossContext& context, const base::Span& place,
                           base::Diagnostics& diagnostics) {
  const bool lateral = context.network.lateral != network::Lateral::none;
  if (lateral == options.lateral.empty()) {
    diagnostics.error(place,
                      lateral ? "this network's lateral connections need a teacher too"
                              : "this network has no lateral connections for a teacher of theirs",
                      lateral ? "for example lateral = \"-0.02*x*y\"" : "remove 'lateral'");
    return nullptr;
  }
  std::vector<rule::RuleSpace> rules;
  if (!read_teacher(options.dw, place, diagnostics, rules)) return nullptr;
  if (lateral && !read_teacher(options.lateral, place, diagnostics, rules)) return nullptr;
  return std::make_unique<TeacherLoss>(context, rules, options.noise);
}

}  // namespace

const LossComponent teacher_loss = base::component<Loss, LossContext>(
    "teacher", "Relative squared distance from the weights that a given rule learns in the same trial.",
    "confavreux2020", "kind = \"teacher\"\ndw = \"0.02*(x*y - y^2*w)\"", "kind",
    base::Schema<Options>{{base::field(&Options::dw, "dw", "the teacher's rule in x, y, w; all numbers").required(),
                           base::field(&Options::lateral, "lateral", "the same for lateral connections"),
                           base::field(&Options::noise, "noise",
                                       "standard deviation of errors in measuring the teacher's weights, as a share of "
                                       "their root mean square",
                                       base::between(0, 10))}},
    make);

}  // namespace carve::task
