// How much the outputs of a network say the same.
#include "carve/task/activity.hpp"
#include "carve/task/loss.hpp"
#include "carve/task/trial.hpp"

namespace carve::task {
namespace {

struct Options {
  std::int64_t samples = 200;
};

class DecorrelationLoss final : public Loss {
 public:
  DecorrelationLoss(const Options& options, const LossContext& context)
      : Loss(context.points), network_(context.network), samples_(static_cast<std::size_t>(options.samples)) {}

  [[nodiscard]] std::vector<double> truth(const Trial&) const override { return {}; }

  [[nodiscard]] double score(const Learned& learned) const override {
    const auto inputs = static_cast<std::size_t>(network_.inputs);
    const auto samples = last_samples(learned.trial.samples.values, inputs, samples_);
    return mean_squared_correlation(activity(network_, learned.weights, samples),
                                    static_cast<std::size_t>(network_.outputs));
  }

  /// Where outputs are linear in the inputs.
  [[nodiscard]] bool has_gradient() const override { return network_.activation == network::Activation::linear; }
  [[nodiscard]] std::vector<double> gradient(const Learned& learned) const override {
    const auto inputs = static_cast<std::size_t>(network_.inputs);
    const auto samples = last_samples(learned.trial.samples.values, inputs, samples_);
    const std::vector<double> slopes =
        by_outputs(activity(network_, learned.weights, samples), static_cast<std::size_t>(network_.outputs));
    return network::by_weights(network_, learned.weights, network::response(network_, learned.weights),
                               products_with(slopes, samples, inputs));
  }

  [[nodiscard]] double worst() const override { return 1; }

 private:
  network::RateNetwork network_;
  std::size_t samples_;
};

std::unique_ptr<Loss> make(const Options& options, const LossContext& context, const base::Span& place,
                           base::Diagnostics& diagnostics) {
  if (context.network.outputs < 2) {
    diagnostics.error(place, "one output has nothing to be correlated with", "set outputs = 2 or more in [network]");
    return nullptr;
  }
  return std::make_unique<DecorrelationLoss>(options, context);
}

}  // namespace

const LossComponent decorrelation_loss = base::component<Loss, LossContext>(
    "decorrelation", "Mean squared correlation between different outputs; a silent output counts as correlated.",
    "foldiak1989", "kind = \"decorrelation\"", "kind",
    base::Schema<Options>{{base::field(&Options::samples, "samples",
                                       "last samples of a trial that count; each costs inputs x outputs operations",
                                       base::between(3, 1e6))}},
    make);

}  // namespace carve::task
