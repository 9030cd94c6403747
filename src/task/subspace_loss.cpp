// How far the span of a network's response is from the span of the first principal components.
#include <algorithm>
#include <numeric>

#include "carve/task/activity.hpp"
#include "carve/task/loss.hpp"
#include "carve/task/subspace.hpp"
#include "carve/task/trial.hpp"
#include "carve/task/unit_length.hpp"

namespace carve::task {
namespace {

struct Options {};

class SubspaceLoss final : public Loss {
 public:
  explicit SubspaceLoss(const LossContext& context)
      : Loss(context.points), network_(context.network), inputs_(static_cast<std::size_t>(context.network.inputs)) {}

  [[nodiscard]] std::vector<double> truth(const Trial& trial) const override { return trial.samples.components; }

  /// 1 - |P Q'|_F^2 / M, plus the mean of 0.05 log^2 |row|^2 over the rows.
  [[nodiscard]] double score(const Learned& learned) const override {
    const std::vector<double> rows = network::response(network_, learned.weights);
    double length = 0;
    for (std::size_t at = 0; at < rows.size(); at += inputs_) {
      length += length_term(std::inner_product(&rows[at], &rows[at] + inputs_, &rows[at], 0.0));
    }
    const std::span<const double> components = learned.truth();
    const double overlap = span_overlap(orthonormal_rows(rows, inputs_), components, inputs_);
    return std::max(0.0, 1 - overlap / static_cast<double>(components.size() / inputs_)) +
           length / static_cast<double>(rows.size() / inputs_);
  }

  [[nodiscard]] bool has_gradient() const override { return true; }
  [[nodiscard]] std::vector<double> gradient(const Learned& learned) const override {
    const std::vector<double> rows = network::response(network_, learned.weights);
    const std::span<const double> components = learned.truth();
    const std::vector<double> basis = orthonormal_rows(rows, inputs_);
    // B Q'Q: what of each row of the basis lies in the components' span
    std::vector<double> inside(basis.size(), 0.0);
    for (std::size_t b = 0; b < basis.size(); b += inputs_) {
      for (std::size_t q = 0; q < components.size(); q += inputs_) {
        const double cosine = std::inner_product(&basis[b], &basis[b] + inputs_, &components[q], 0.0);
        for (std::size_t i = 0; i < inputs_; ++i) inside[b + i] += cosine * components[q + i];
      }
    }
    std::vector<double> by_response = by_rows(rows, basis, inside, inputs_);
    const auto wanted = static_cast<double>(components.size() / inputs_);
    for (double& each : by_response) each /= -wanted;
    for (std::size_t at = 0; at < rows.size(); at += inputs_) {
      const double square = std::inner_product(&rows[at], &rows[at] + inputs_, &rows[at], 0.0);
      const double slope = 2 * length_slope(square) / static_cast<double>(rows.size() / inputs_);
      for (std::size_t i = at; i < at + inputs_; ++i) by_response[i] += slope * rows[i];
    }
    return network::by_weights(network_, learned.weights, rows, std::move(by_response));
  }

  [[nodiscard]] double worst() const override { return 1 + largest_length_term; }

 private:
  network::RateNetwork network_;
  std::size_t inputs_;
};

std::unique_ptr<Loss> make(const Options&, const LossContext& context, const base::Span& place,
                           base::Diagnostics& diagnostics) {
  if (!has_response(context.network, place, diagnostics)) return nullptr;
  return std::make_unique<SubspaceLoss>(context);
}

}  // namespace

const LossComponent subspace_loss = base::component<Loss, LossContext>(
    "subspace",
    "How far what M outputs span, lateral paths counted, is from the first M principal components; any basis will do.",
    "foldiak1989", "kind = \"subspace\"", "kind", base::Schema<Options>{}, make);

}  // namespace carve::task
