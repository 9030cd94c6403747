// How far a neuron's rate is from a wanted one, and what a lifetime that ends early scores.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "carve/base/units.hpp"
#include "carve/network/spiking_neuron.hpp"

namespace carve::task {

struct TargetRate {
  base::Hertz target{5};
  base::Seconds window{5};  // scored, at the end of the lifetime
  base::Seconds filter{1};  // time constant with which spikes are turned into a rate
};

/// The mean over the window of (r - target)^2 / (r + 2 Hz), where dr/dt = -r / filter, each spike adds 1 / filter, and
/// r starts at the target. Between spikes the integral is known in closed form, so this is the mean over all times, not
/// over samples. spikes: steps in rising order; a spike counts from its step on. In Hz.
[[nodiscard]] double target_rate_loss(const TargetRate& wanted, std::span<const std::uint32_t> spikes,
                                      std::size_t steps, base::Seconds dt);

/// (r - target)^2 / (r + 2 Hz), of one rate.
[[nodiscard]] double rate_miss(base::Hertz target, double rate);

/// 160 (e^(-lived / whole) + 1): the sooner a lifetime ends, the worse, and for targets up to 20 Hz worse than any
/// finished one. Both in the same unit.
[[nodiscard]] double early_end_score(double lived, double whole);

/// The score of a lifetime that should have had `steps` steps.
[[nodiscard]] double score(const TargetRate& wanted, const network::SpikingLife& life, std::size_t steps,
                           base::Seconds dt);

/// When to end lifetimes: below 0.1 Hz or above 100 Hz, seen through the same filter.
[[nodiscard]] network::RateLimits limits_for(const TargetRate& wanted);

}  // namespace carve::task
