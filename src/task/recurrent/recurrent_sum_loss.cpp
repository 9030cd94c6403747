// Several losses of a recurrent network at once, each with a weight.
#include <algorithm>

#include "carve/task/loss_parts.hpp"
#include "carve/task/recurrent/recurrent_loss.hpp"

namespace carve::task {
namespace {

using Part = LossPart<RecurrentLoss>;

class RecurrentSumLoss final : public RecurrentLoss {
 public:
  explicit RecurrentSumLoss(std::vector<Part> parts) : parts_(std::move(parts)) {}

  [[nodiscard]] double score(const RecurrentView& view) const override {
    double sum = 0;
    for (const Part& each : parts_) sum += each.weight * each.loss->score(view);
    return sum;
  }
  [[nodiscard]] Observation needs() const override {
    Observation all;
    for (const Part& each : parts_) all = all | each.loss->needs();
    return all;
  }
  /// The narrowest of all, through the filter of the first.
  [[nodiscard]] network::RateLimits limits() const override {
    network::RateLimits all = parts_.front().loss->limits();
    for (const Part& each : parts_) {
      all.lowest = std::max(all.lowest, each.loss->limits().lowest);
      all.highest = std::min(all.highest, each.loss->limits().highest);
    }
    return all;
  }
  /// Of the first part that has one.
  [[nodiscard]] std::optional<base::Hertz> target() const override {
    for (const Part& each : parts_) {
      if (each.loss->target()) return each.loss->target();
    }
    return {};
  }
  [[nodiscard]] std::vector<Figure> figures(const RecurrentView& view) const override {
    std::vector<Figure> all;
    for (const Part& each : parts_) {
      for (Figure& figure : each.loss->figures(view)) all.push_back(std::move(figure));
    }
    return all;
  }

 private:
  std::vector<Part> parts_;
};

std::unique_ptr<RecurrentLoss> make(const base::Table& table, const base::Span& place,
                                    const RecurrentLossContext& context, base::Table& resolved,
                                    base::Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.size();
  std::vector<Part> parts;
  for (auto& [part, span] :
       read_loss_parts(recurrent_sum_loss, recurrent_losses(), table, place, context, resolved, diagnostics))
    parts.push_back(std::move(part));
  if (diagnostics.size() != before) return nullptr;
  return std::make_unique<RecurrentSumLoss>(std::move(parts));
}

}  // namespace

const RecurrentLossComponent recurrent_sum_loss{
    .name = "recurrent_sum",
    .brief = "Several losses of a recurrent network at once: the sum of weight * loss over its parts.",
    .cite = "",
    .sample =
        "kind = \"recurrent_sum\"\nparts = [{ kind = \"stability\", target = \"10 Hz\" }, { kind = \"plausibility\", "
        "weight = 0.1 }]",
    .fields = {parts_field()},
    .make = make};

}  // namespace carve::task
