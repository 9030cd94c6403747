// Stability: the excitatory population fires at a wanted rate (Confavreux et al. 2020, section 4).
#include <cmath>

#include "carve/task/recurrent/recurrent_loss.hpp"
#include "carve/task/target_rate_loss.hpp"

namespace carve::task {
namespace {

struct Stability : TargetRate {
  Stability() { target = {10}; }
};

class StabilityLoss final : public RecurrentLoss {
 public:
  explicit StabilityLoss(const Stability& wanted) : wanted_(wanted) {}

  [[nodiscard]] double score(const RecurrentView& view) const override {
    const RecurrentLived& lived = view.lived;
    if (lived.ending != network::Ending::finished)
      return early_end_score(static_cast<double>(lived.end), static_cast<double>(view.task.stretches()));
    return rate_loss(wanted_, lived.counts[view.task.excitatory()],
                     view.task.network.populations[view.task.excitatory()].size);
  }

  [[nodiscard]] network::RateLimits limits() const override { return limits_for(wanted_); }
  [[nodiscard]] std::optional<base::Hertz> target() const override { return wanted_.target; }

  [[nodiscard]] std::vector<Figure> figures(const RecurrentView& view) const override {
    const std::size_t population = view.task.excitatory();
    const std::vector<std::uint32_t>& counts = view.lived.counts[population];
    const std::size_t window = stretches_in(wanted_.window);
    const double rate = mean_rate(std::span(counts).last(std::min(window, counts.size())),
                                  view.task.network.populations[population].size);
    return {{"rate_error", "share by which the rate in the scored window misses the target",
             std::abs(rate / wanted_.target.value - 1)}};
  }

 private:
  Stability wanted_;
};

std::unique_ptr<RecurrentLoss> make(const Stability& wanted, const RecurrentLossContext& context,
                                    const base::Span& place, base::Diagnostics& diagnostics) {
  const base::Seconds lifetime = context.task ? context.task->lifetime() : wanted.window;
  if (!check_window(wanted, {.lifetime = lifetime}, place, diagnostics)) return nullptr;
  return std::make_unique<StabilityLoss>(wanted);
}

}  // namespace

double rate_loss(const TargetRate& wanted, std::span<const std::uint32_t> counts, std::size_t neurons) {
  const std::size_t from = counts.size() - std::min(counts.size(), stretches_in(wanted.window));
  FilteredRate filter(wanted.target, wanted.filter, neurons);
  double sum = 0;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const double rate = filter.after(counts[k]);
    if (k >= from) sum += rate_miss(wanted.target, rate);
  }
  return counts.size() > from ? sum / static_cast<double>(counts.size() - from) : 0;
}

const RecurrentLossComponent stability_loss = base::component<RecurrentLoss, RecurrentLossContext>(
    "stability",
    "How far the filtered rate of the excitatory population is from a target: mean of (r - target)^2 / "
    "(r + 2 Hz).",
    "confavreux2020", "kind = \"stability\"\ntarget = \"10 Hz\"", "kind",
    base::Schema<Stability>{target_rate_fields<Stability>()}, make);

}  // namespace carve::task
