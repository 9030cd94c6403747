// How far learned weights are from the principal components of the inputs, whatever their sign.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "carve/task/assignment.hpp"
#include "carve/task/loss.hpp"
#include "carve/task/trial.hpp"
#include "carve/task/unit_length.hpp"

namespace carve::task {
namespace {

enum class Measure { alignment, squared_distance };
enum class Match { ordered, any_order };

struct Options {
  Measure measure = Measure::alignment;
  Match match = Match::ordered;
};

constexpr double largest_distance = 1e4;

class PrincipalComponentsLoss final : public Loss {
 public:
  PrincipalComponentsLoss(const Options& options, const LossContext& context)
      : Loss(context.points),
        measure_(options.measure),
        match_(options.match),
        inputs_(static_cast<std::size_t>(context.network.inputs)),
        outputs_(static_cast<std::size_t>(context.network.outputs)) {}

  [[nodiscard]] std::vector<double> truth(const Trial& trial) const override { return trial.samples.components; }

  [[nodiscard]] double score(const Learned& learned) const override {
    const std::vector<std::size_t> component_of = components_of_outputs(learned);
    double sum = 0;
    for (std::size_t output = 0; output < outputs_; ++output)
      sum += distance(product_of(learned, output, component_of[output]));
    return sum / static_cast<double>(outputs_);
  }

  [[nodiscard]] bool has_gradient() const override { return true; }
  [[nodiscard]] std::vector<double> gradient(const Learned& learned) const override {
    const std::vector<std::size_t> component_of = components_of_outputs(learned);
    std::vector<double> result(learned.weights.size(), 0.0);
    for (std::size_t output = 0; output < outputs_; ++output) {
      const Product product = product_of(learned, output, component_of[output]);
      const Product slope = measure_ == Measure::alignment ? alignment_slope(product) : distance_slope(product);
      const std::span<const double> component = component_at(learned, component_of[output]);
      for (std::size_t i = 0; i < inputs_; ++i) {
        const std::size_t at = output * inputs_ + i;
        const double by_weight = slope.along * component[i] + slope.square * 2 * learned.weights[at];
        result[at] = by_weight / static_cast<double>(outputs_);
      }
    }
    return result;
  }

  [[nodiscard]] double worst() const override {
    return measure_ == Measure::alignment ? 1 + largest_length_term : largest_distance;
  }

 private:
  /// All that counts of one output's weights w: w p and w w; or a score's derivatives by them.
  struct Product {
    double along = 0;
    double square = 0;
  };

  [[nodiscard]] std::span<const double> component_at(const Learned& learned, std::size_t component) const {
    return learned.truth().subspan(component * inputs_, inputs_);
  }

  [[nodiscard]] Product product_of(const Learned& learned, std::size_t output, std::size_t component) const {
    const std::span<const double> weights = learned.weights.subspan(output * inputs_, inputs_);
    const std::span<const double> wanted = component_at(learned, component);
    Product product;
    for (std::size_t i = 0; i < inputs_; ++i) {
      product.along += weights[i] * wanted[i];
      product.square += weights[i] * weights[i];
    }
    return product;
  }

  /// The component that each output is compared with.
  [[nodiscard]] std::vector<std::size_t> components_of_outputs(const Learned& learned) const {
    if (match_ == Match::ordered || outputs_ == 1) {
      std::vector<std::size_t> own(outputs_);
      std::iota(own.begin(), own.end(), std::size_t{0});
      return own;
    }
    std::vector<double> costs;
    for (std::size_t output = 0; output < outputs_; ++output) {
      for (std::size_t component = 0; component < outputs_; ++component)
        costs.push_back(distance(product_of(learned, output, component)));
    }
    return best_assignment(costs, outputs_);
  }

  [[nodiscard]] double distance(const Product& w) const {
    return measure_ == Measure::alignment ? alignment(w) : squared_distance(w);
  }

  /// 1 - cos^2 of the angle to the component, plus a term that wants unit length.
  static double alignment(const Product& w) {
    if (w.square == 0) return 1 + largest_length_term;
    return 1 - std::min(1.0, w.along * w.along / w.square) + length_term(w.square);
  }
  static Product alignment_slope(const Product& w) {
    if (w.square == 0) return {};
    const double share = w.along / w.square;
    return {-2 * share, share * share + length_slope(w.square)};
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
  Match match_;
  std::size_t inputs_;
  std::size_t outputs_;
};

std::unique_ptr<Loss> make(const Options& options, const LossContext& context, const base::Span& place,
                           base::Diagnostics& diagnostics) {
  if (context.network.outputs > context.network.inputs) {
    diagnostics.error(place, fmt::format("{} outputs, but {} inputs have only {} principal components",
                                         context.network.outputs, context.network.inputs, context.network.inputs));
    return nullptr;
  }
  return std::make_unique<PrincipalComponentsLoss>(options, context);
}

}  // namespace

const LossComponent principal_components_loss = base::component<Loss, LossContext>(
    "principal_components", "Distance of each output's weights from a principal component of its own, sign-free.",
    "confavreux2020", "kind = \"principal_components\"", "kind",
    base::Schema<Options>{
        {base::choice(&Options::measure, "measure",
                      "alignment: 1 - cos^2 + 0.05 log^2 |w|^2, good from every start; squared_distance: min |w -+ "
                      "p|^2, deceptive",
                      base::Choices<Measure>{{"alignment", Measure::alignment},
                                             {"squared_distance", Measure::squared_distance}}),
         base::choice(&Options::match, "match",
                      "ordered: output i and component i; any_order: each output and the component that suits all best",
                      base::Choices<Match>{{"ordered", Match::ordered}, {"any_order", Match::any_order}})}},
    make);

}  // namespace carve::task
