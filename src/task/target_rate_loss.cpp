// The target-rate loss as a file names it.
#include "carve/task/target_rate_loss.hpp"

namespace carve::task {
namespace {

std::unique_ptr<SpikingLoss> make(const TargetRate& wanted, const SpikingLossContext& context, const base::Span& place,
                                  base::Diagnostics& diagnostics) {
  if (!check_window(wanted, context, place, diagnostics)) return nullptr;
  return std::make_unique<TargetRateLoss>(wanted);
}

}  // namespace

bool check_window(const TargetRate& wanted, const SpikingLossContext& context, const base::Span& place,
                  base::Diagnostics& diagnostics) {
  if (wanted.window <= context.lifetime) return true;
  diagnostics.error(place, "the window is longer than a lifetime", "it is the end of the lifetime that is scored");
  return false;
}

const SpikingLossComponent target_rate_loss_component = base::component<SpikingLoss, SpikingLossContext>(
    "target_rate", "How far the neuron's filtered rate is from a target: mean of (r - target)^2 / (r + 2 Hz).",
    "confavreux2020", "kind = \"target_rate\"\ntarget = \"5 Hz\"", "kind",
    base::Schema<TargetRate>{target_rate_fields<TargetRate>()}, make);

}  // namespace carve::task
