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
    double sum = 0;
    for (std::size_t output = 0; output < outputs_; ++output) {
      const Product product = product_of(learned, output);
      sum += measure_ == Measure::alignment ? alignment(product) : squared_distance(product);
    }
    return sum / static_cast<double>(outputs_);
  }

  [[nodiscard]] bool has_gradient() const override { return true; }
  [[nodiscard]] std::vector<double> gradient(const Learned& learned) const override {
    std::vector<double> result(learned.weights.size(), 0.0);
    for (std::size_t output = 0; output < outputs_; ++output) {
      const Product product = product_of(learned, output);
      const Product slope = measure_ == Measure::alignment ? alignment_slope(product) : distance_slope(product);
      for (std::size_t i = output * inputs_; i < (output + 1) * inputs_; ++i) {
        const double by_weight = slope.along * learned.trial.truth[i] + slope.square * 2 * learned.weights[i];
        result[i] = by_weight / static_cast<double>(outputs_);
      }
    }
    return result;
  }

  [[nodiscard]] double worst() const override {
    return measure_ == Measure::alignment ? 1 + norm_weight * largest_log_norm * largest_log_norm : largest_distance;
  }

 private:
  /// All that counts of one output's weights w: w p and w w; or a score's derivatives by them.
  struct Product {
    double along = 0;
    double square = 0;
  };

  [[nodiscard]] Product product_of(const Learned& learned, std::size_t output) const {
    Product product;
    for (std::size_t i = output * inputs_; i < (output + 1) * inputs_; ++i) {
      product.along += learned.weights[i] * learned.trial.truth[i];
      product.square += learned.weights[i] * learned.weights[i];
    }
    return product;
  }

  /// 1 - cos^2 of the angle to the component, plus a term that wants unit length.
  static double alignment(const Product& w) {
    if (w.square == 0) return 1 + norm_weight * largest_log_norm * largest_log_norm;
    const double log_norm = std::clamp(base::log(w.square), -largest_log_norm, largest_log_norm);
    return 1 - std::min(1.0, w.along * w.along / w.square) + norm_weight * log_norm * log_norm;
  }
  static Product alignment_slope(const Product& w) {
    if (w.square == 0) return {};
    const double share = w.along / w.square;
    const double log_norm = base::log(w.square);
    const double by_norm = std::fabs(log_norm) < largest_log_norm ? 2 * norm_weight * log_norm / w.square : 0;
    return {-2 * share, share * share + by_norm};
  }

  /// min(|w - p|^2, |w + p|^2) for |p| = 1; w = 0 scores 1.
  static double squared_distance(const Product& w) {
    return std::clamp(w.square + 1 - 2 * std::abs(w.along), 0.0, largest_distance);
  }
  static Product distance_slope(const Product& w) {
    const double distance = w.square + 1 - 2 * std::abs(w.along);
    if (!(distance > 0 && distance < largest_distance)) return {};
    return {w.along > 0 ? -2.0 : w.along < 0 ? 2.0 : 0.0, 1};
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
