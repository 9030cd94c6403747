// The target-rate loss as a file names it.
#include "carve/task/spiking_task.hpp"
#include "carve/task/target_rate.hpp"

namespace carve::task {
namespace {

class TargetRateLoss final : public SpikingLoss {
 public:
  explicit TargetRateLoss(const TargetRate& wanted) : wanted_(wanted) {}
  [[nodiscard]] double score(const Lived& lived) const override {
    return task::score(wanted_, lived.life, lived.trial.steps(), lived.dt);
  }
  [[nodiscard]] network::RateLimits limits() const override { return limits_for(wanted_); }
  [[nodiscard]] base::Hertz target() const override { return wanted_.target; }
  [[nodiscard]] base::Seconds window() const override { return wanted_.window; }

 private:
  TargetRate wanted_;
};

std::unique_ptr<SpikingLoss> make(const TargetRate& wanted, const SpikingLossContext& context, const base::Span& place,
                                  base::Diagnostics& diagnostics) {
  if (wanted.window > context.lifetime) {
    diagnostics.error(place, "the window is longer than a lifetime", "it is the end of the lifetime that is scored");
    return nullptr;
  }
  return std::make_unique<TargetRateLoss>(wanted);
}

}  // namespace

const SpikingLossComponent target_rate_loss_component = base::component<SpikingLoss, SpikingLossContext>(
    "target_rate", "How far the neuron's filtered rate is from a target: mean of (r - target)^2 / (r + 2 Hz).",
    "confavreux2020", "kind = \"target_rate\"\ntarget = \"5 Hz\"", "kind",
    base::Schema<TargetRate>{
        {base::field(&TargetRate::target, "target", "the wanted rate", base::between(0.2, 90)).required(),
         base::field(&TargetRate::window, "window", "the end of the lifetime, which is scored",
                     base::between(0.01, 1e5)),
         base::field(&TargetRate::filter, "filter", "time constant with which spikes are turned into a rate",
                     base::between(0.01, 100))}},
    make);

}  // namespace carve::task
