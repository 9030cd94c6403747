// One candidate at a time, as the equation says.
#include "carve/app/bench/baselines.hpp"

namespace carve::app {

void plain_lifetime(const float* theta, const float* inputs, std::size_t steps, std::size_t synapses, float* weights) {
  for (std::size_t step = 0; step < steps; ++step) {
    const float* const x = inputs + step * synapses;
    float y = 0;
    for (std::size_t j = 0; j < synapses; ++j) y += weights[j] * x[j];
    const float y_powers[3] = {1, y, y * y};
    for (std::size_t j = 0; j < synapses; ++j) {
      const float w = weights[j];
      const float x_powers[3] = {1, x[j], x[j] * x[j]};
      const float w_powers[3] = {1, w, w * w};
      float dw = 0;
      for (int a = 0; a < 3; ++a) {
        for (int b = 0; b < 3; ++b) {
          for (int c = 0; c < 3; ++c) dw += theta[(a * 3 + b) * 3 + c] * x_powers[a] * y_powers[b] * w_powers[c];
        }
      }
      weights[j] = w + dw;
    }
  }
}

}  // namespace carve::app
