// Several losses at once, each with a weight.
#include <algorithm>

#include "carve/task/loss.hpp"
#include "carve/task/loss_parts.hpp"
#include "carve/task/trial.hpp"

namespace carve::task {
namespace {

using Part = LossPart<Loss>;

class SumLoss final : public Loss {
 public:
  SumLoss(std::vector<Part> parts, std::size_t points) : Loss(points), parts_(std::move(parts)) {}

  /// The length of each part's truth, then the truths.
  [[nodiscard]] std::vector<double> truth(const Trial& trial) const override {
    std::vector<double> all(parts_.size());
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      const std::vector<double> own = parts_[k].loss->truth(trial);
      all[k] = static_cast<double>(own.size());
      all.insert(all.end(), own.begin(), own.end());
    }
    return all;
  }

  [[nodiscard]] double score(const Learned& learned) const override {
    double sum = 0;
    each_part(learned, [&](const Part& part, const Learned& own) { sum += part.weight * part.loss->score(own); });
    return sum;
  }

  [[nodiscard]] bool has_gradient() const override {
    return std::all_of(parts_.begin(), parts_.end(), [](const Part& each) { return each.loss->has_gradient(); });
  }
  [[nodiscard]] std::vector<double> gradient(const Learned& learned) const override {
    std::vector<double> sum(learned.weights.size(), 0.0);
    each_part(learned, [&](const Part& part, const Learned& own) {
      const std::vector<double> slope = part.loss->gradient(own);
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += part.weight * slope[i];
    });
    return sum;
  }

  [[nodiscard]] double worst() const override {
    double sum = 0;
    for (const Part& each : parts_) sum += each.weight * each.loss->worst();
    return sum;
  }

  [[nodiscard]] std::optional<ReadoutPlan> readout() const override {
    for (const Part& each : parts_) {
      if (const auto plan = each.loss->readout()) return plan;
    }
    return std::nullopt;
  }

 private:
  template <class Use>
  void each_part(const Learned& learned, Use use) const {
    const std::span<const double> all = learned.truth();
    std::size_t at = parts_.size();
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      const auto size = static_cast<std::size_t>(all[k]);
      Learned own = learned;
      own.truth_of_part = all.subspan(at, size);
      use(parts_[k], own);
      at += size;
    }
  }

  std::vector<Part> parts_;
};

std::unique_ptr<Loss> make(const base::Table& table, const base::Span& place, const LossContext& context,
                           base::Table& resolved, base::Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.size();
  std::vector<Part> parts;
  bool readout = false;
  for (auto& [part, span] : read_loss_parts(sum_loss, losses(), table, place, context, resolved, diagnostics)) {
    const bool reads = part.loss->readout().has_value();
    if (reads && readout) diagnostics.error(span, "a sum can have one readout");
    readout = readout || reads;
    parts.push_back(std::move(part));
  }
  if (diagnostics.size() != before) return nullptr;
  return std::make_unique<SumLoss>(std::move(parts), context.points);
}

}  // namespace

const LossComponent sum_loss{
    .name = "sum",
    .brief = "Several losses at once: the sum of weight * loss over its parts.",
    .cite = "",
    .sample = "kind = \"sum\"\nparts = [{ kind = \"subspace\" }, { kind = \"decorrelation\", weight = 0.1 }]",
    .fields = {parts_field()},
    .make = make};

}  // namespace carve::task
