// Detailed balance as a loss: the neuron fires at a wanted rate, and its inhibition is tuned as its excitation is.
#include "carve/task/balance.hpp"
#include "carve/task/target_rate_loss.hpp"

namespace carve::task {
namespace {

struct Balance : TargetRate {
  double weight = 1;
};

class BalanceLoss final : public TargetRateLoss {
 public:
  BalanceLoss(const Balance& wanted, std::size_t groups)
      : TargetRateLoss(wanted), weight_(wanted.weight), groups_(groups) {}

  /// A lifetime that ended early counts as tuned the opposite way: it stays worse than any that finished.
  [[nodiscard]] double score(const Lived& lived) const override {
    const bool finished = lived.life.ending == network::Ending::finished;
    const double tuning = finished ? imbalance(lived.life.excitation, lived.life.inhibition, groups_) : 2;
    return TargetRateLoss::score(lived) + weight_ * tuning;
  }

 private:
  double weight_;
  std::size_t groups_;
};

std::unique_ptr<SpikingLoss> make(const Balance& wanted, const SpikingLossContext& context, const base::Span& place,
                                  base::Diagnostics& diagnostics) {
  const bool fits = check_window(wanted, context, place, diagnostics);
  if (context.groups >= 3) return fits ? std::make_unique<BalanceLoss>(wanted, context.groups) : nullptr;
  diagnostics.error(place, "tuning needs inputs in at least three groups",
                    "inputs = { kind = \"grouped\" } has eight; without groups, kind = \"target_rate\" is the loss");
  return nullptr;
}

base::Schema<Balance> schema() {
  base::Schema<Balance> made{target_rate_fields<Balance>()};
  made.fields.push_back(base::field(&Balance::weight, "weight",
                                    "of 1 - (correlation of excitatory and inhibitory weights over groups), added to "
                                    "the loss of target_rate",
                                    base::between(0, 1000)));
  return made;
}

}  // namespace

const SpikingLossComponent balance_loss = base::component<SpikingLoss, SpikingLossContext>(
    "balance", "The target rate, and inhibition tuned as excitation is: detailed balance.", "vogels2011",
    "kind = \"balance\"\ntarget = \"5 Hz\"", "kind", schema(), make);

}  // namespace carve::task
