// How much of the inputs' variance a network's outputs leave unexplained, relative to the principal components.
#include <algorithm>

#include "carve/task/activity.hpp"
#include "carve/task/loss.hpp"
#include "carve/task/subspace.hpp"
#include "carve/task/trial.hpp"

namespace carve::task {
namespace {

struct Options {
  std::int64_t samples = 200;
};

class ExplainedVarianceLoss final : public Loss {
 public:
  ExplainedVarianceLoss(const Options& options, const LossContext& context)
      : Loss(context.points),
        network_(context.network),
        inputs_(static_cast<std::size_t>(context.network.inputs)),
        samples_(static_cast<std::size_t>(options.samples)) {}

  /// What the components capture: one number.
  [[nodiscard]] std::vector<double> truth(const Trial& trial) const override {
    return {captured(trial, trial.samples.components)};
  }

  [[nodiscard]] double score(const Learned& learned) const override {
    const double possible = learned.truth().front();
    if (!(possible > 0)) return 0;  // there is nothing to explain
    const std::vector<double> basis = orthonormal_rows(network::response(network_, learned.weights), inputs_);
    return std::clamp(1 - captured(learned.trial, basis) / possible, 0.0, 1.0);
  }

  [[nodiscard]] bool has_gradient() const override { return true; }
  [[nodiscard]] std::vector<double> gradient(const Learned& learned) const override {
    const double possible = learned.truth().front();
    const std::vector<double> rows = network::response(network_, learned.weights);
    const std::vector<double> basis = orthonormal_rows(rows, inputs_);
    const double loss = possible > 0 ? 1 - captured(learned.trial, basis) / possible : 0;
    if (!(loss > 0 && loss < 1)) return std::vector<double>(learned.weights.size(), 0.0);
    const auto samples = last_samples(learned.trial.samples.values, inputs_, samples_);
    const std::vector<double> image = products_with(project(basis, inputs_, samples), samples, inputs_);
    std::vector<double> by_response = by_rows(rows, basis, image, inputs_);
    for (double& each : by_response) each /= -possible;
    return network::by_weights(network_, learned.weights, rows, std::move(by_response));
  }

  [[nodiscard]] double worst() const override { return 1; }

 private:
  /// The sum of squares of the last samples along orthonormal rows.
  [[nodiscard]] double captured(const Trial& trial, std::span<const double> rows) const {
    double sum = 0;
    for (const double each : project(rows, inputs_, last_samples(trial.samples.values, inputs_, samples_)))
      sum += each * each;
    return sum;
  }

  network::RateNetwork network_;
  std::size_t inputs_;
  std::size_t samples_;
};

std::unique_ptr<Loss> make(const Options& options, const LossContext& context, const base::Span& place,
                           base::Diagnostics& diagnostics) {
  if (!has_response(context.network, place, diagnostics)) return nullptr;
  return std::make_unique<ExplainedVarianceLoss>(options, context);
}

}  // namespace

const LossComponent explained_variance_loss = base::component<Loss, LossContext>(
    "explained_variance", "Share of the variance captured by the first M principal components that the M outputs miss.",
    "foldiak1989", "kind = \"explained_variance\"", "kind",
    base::Schema<Options>{{base::field(&Options::samples, "samples",
                                       "last samples of a trial that count; each costs inputs x outputs operations",
                                       base::between(2, 1e6))}},
    make);

}  // namespace carve::task
