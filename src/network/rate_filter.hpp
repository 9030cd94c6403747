// A neuron's rate as its spikes seen through an exponential.
#pragma once

#include <cstddef>

#include "carve/base/scalar_math.hpp"
#include "carve/network/spiking_neuron.hpp"

namespace carve::network {

/// r with dr/dt = -r / time_constant, each spike adding 1 / time_constant; in Hz. Steps are asked for in rising order.
class RateFilter {
 public:
  RateFilter(const RateLimits& limits, double dt)
      : rate_(limits.initial), time_constant_(limits.time_constant), dt_(dt) {}

  void spike(std::size_t step) { rate_ = at(step) + 1 / time_constant_; }
  /// The rate at `step`, a spike of that step included.
  double at(std::size_t step) {
    rate_ *= base::exp(-dt_ * static_cast<double>(step - step_) / time_constant_);
    step_ = step;
    return rate_;
  }

 private:
  double rate_;
  double time_constant_;
  double dt_;
  std::size_t step_ = 0;
};

}  // namespace carve::network
