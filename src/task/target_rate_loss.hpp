// What the losses of spiking neurons share: a wanted rate, as a file gives it.
#pragma once

#include <vector>

#include "carve/base/schema.hpp"
#include "carve/task/spiking_task.hpp"
#include "carve/task/target_rate.hpp"

namespace carve::task {

/// The fields of TargetRate, for a schema of options derived from it.
template <class Options>
std::vector<base::Field<Options>> target_rate_fields() {
  using base::between, base::field, base::Hertz, base::Seconds;
  return {field<Options, Hertz>(&TargetRate::target, "target", "the wanted rate", between(0.2, 90)).required(),
          field<Options, Seconds>(&TargetRate::window, "window", "the end of the lifetime, which is scored",
                                  between(0.01, 1e5)),
          field<Options, Seconds>(&TargetRate::filter, "filter",
                                  "time constant with which spikes are turned into a rate", between(0.01, 100))};
}

/// Whether the window fits into a lifetime; says so where it does not.
[[nodiscard]] bool check_window(const TargetRate& wanted, const SpikingLossContext& context, const base::Span& place,
                                base::Diagnostics& diagnostics);

/// A loss that wants a rate, and scores by it and maybe more.
class TargetRateLoss : public SpikingLoss {
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

}  // namespace carve::task
