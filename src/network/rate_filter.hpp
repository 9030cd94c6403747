// A neuron's rate as its spikes seen through an exponential.
#pragma once

#include <cstddef>

#include "carve/base/scalar_math.hpp"
#include "carve/network/spiking_neuron.hpp"

namespace carve::network {

/// r with dr/dt = -r / time_constant, each spike adding 1 / time_constant; in Hz. Steps are asked for in rising order.
class RateFilter {
 public:
  /// `usual_gap`: steps between looks, whose factor is worth keeping.
  RateFilter(const RateLimits& limits, base::Seconds dt, std::size_t usual_gap)
      : rate_(limits.initial.value),
        time_constant_(limits.time_constant.value),
        dt_(dt.value),
        usual_gap_(usual_gap),
        usual_factor_(factor(usual_gap)) {}

  void spike(std::size_t step) { rate_ = at(step) + 1 / time_constant_; }
  /// The rate at `step`, a spike of that step included.
  double at(std::size_t step) {
    const std::size_t gap = step - step_;
    rate_ *= gap == usual_gap_ ? usual_factor_ : factor(gap);
    step_ = step;
    return rate_;
  }

 private:
  [[nodiscard]] double factor(std::size_t gap) const {
    return base::exp(-dt_ * static_cast<double>(gap) / time_constant_);
  }

  double rate_;
  double time_constant_;
  double dt_;
  std::size_t usual_gap_;
  double usual_factor_;
  std::size_t step_ = 0;
};

}  // namespace carve::network
