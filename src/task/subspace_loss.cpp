// How far the span of a network's response is from the span of the first principal components.
#include <algorithm>

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
      double square = 0;
      for (std::size_t i = at; i < at + inputs_; ++i) square += rows[i] * rows[i];
      length += length_term(square);
    }
    const std::span<const double> components = learned.truth();
    const double overlap = span_overlap(orthonormal_rows(rows, inputs_), components, inputs_);
    return std::max(0.0, 1 - overlap / static_cast<double>(components.size() / inputs_)) +
           length / static_cast<double>(rows.size() / inputs_);
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
