// How far learned weights are from the principal components of the inputs, whatever their sign.
#include <algorithm>
#include <cmath>

#include "carve/base/scalar_math.hpp"
#include "carve/task/loss.hpp"
#include "carve/task/trial.hpp"

namespace carve::task {
namespace {

enum class Measure { alignment, squared_distance };

struct Options {
  Measure measure = Measure::alignment;
};

/// Weights further from unit length than this factor (squared) count as this far: losses stay bounded.
constexpr double largest_log_norm = 10;
constexpr double norm_weight = 0.05;
constexpr double largest_distance = 1e4;

class PrincipalComponentsLoss final : public Loss {
 public:
  PrincipalComponentsLoss(const Options& options, const LossContext& context)
      : Loss(context.points),
        measure_(options.measure),
        inputs_(static_cast<std::size_t>(context.network.inputs)),
        outputs_(static_cast<std::size_t>(context.network.outputs)) {}

  [[nodiscard]] std::vector<double> truth(const Trial& trial) const override { return trial.samples.components; }

  [[nodiscard]] double score(const Learned& learned) const override {
    const std::vector<double>& components = learned.trial.truth;
    double sum = 0;
    for (std::size_t at = 0; at < outputs_ * inputs_; at += inputs_) {
      double along = 0;
      double square = 0;
      for (std::size_t i = at; i < at + inputs_; ++i) {
        along += learned.weights[i] * components[i];
        square += learned.weights[i] * learned.weights[i];
      }
      sum += measure_ == Measure::alignment ? alignment(along, square) : squared_distance(along, square);
    }
    return sum / static_cast<double>(outputs_);
  }

  [[nodiscard]] double worst() const override {
    return measure_ == Measure::alignment ? 1 + norm_weight * largest_log_norm * largest_log_norm : largest_distance;
  }

 private:
  /// 1 - cos^2 of the angle to the component, plus a term that wants unit length.
  static double alignment(double along, double square) {
    if (square == 0) return 1 + norm_weight * largest_log_norm * largest_log_norm;
    const double log_norm = std::clamp(base::log(square), -largest_log_norm, largest_log_norm);
    return 1 - std::min(1.0, along * along / square) + norm_weight * log_norm * log_norm;
  }

  /// min(|w - p|^2, |w + p|^2) for |p| = 1; w = 0 scores 1.
  static double squared_distance(double along, double square) {
    return std::clamp(square + 1 - 2 * std::abs(along), 0.0, largest_distance);
  }

  Measure measure_;
  std::size_t inputs_;
  std::size_t outputs_;
};

std::unique_ptr<Loss> make(const Options& options, const LossContext& context, const base::Span&, base::Diagnostics&) {
  return std::make_unique<PrincipalComponentsLoss>(options, context);
}

}  // namespace

const LossComponent principal_components_loss = base::component<Loss, LossContext>(
    "principal_components", "Distance of each output's weights from the principal component of its number, sign-free.",
    "confavreux2020", "kind = \"principal_components\"", "kind",
    base::Schema<Options>{{base::choice(
        &Options::measure, "measure",
        "alignment: 1 - cos^2 + 0.05 log^2 |w|^2, good from every start; squared_distance: min |w -+ p|^2, deceptive",
        base::Choices<Measure>{{"alignment", Measure::alignment}, {"squared_distance", Measure::squared_distance}})}},
    make);

}  // namespace carve::task
