// One candidate at a time at its best: lanes are synapses, the compiler may reorder sums, the next dot product is
// fused.
#include <cstddef>

namespace carve::app::CARVE_ISA_NAME {

void best_lifetime(const float* theta, const float* inputs, std::size_t steps, std::size_t synapses, float* weights) {
  float y = 0;
  for (std::size_t j = 0; j < synapses; ++j) y += weights[j] * inputs[j];
  for (std::size_t step = 0; step < steps; ++step) {
    const float* const x = inputs + step * synapses;
    const float* const next = step + 1 < steps ? x + synapses : x;
    float folded[3][3];  // [a][c]
    for (int a = 0; a < 3; ++a) {
      for (int c = 0; c < 3; ++c) {
        const float* const power = theta + a * 9 + c;
        folded[a][c] = power[0] + y * (power[3] + y * power[6]);
      }
    }
    float sum = 0;
    for (std::size_t j = 0; j < synapses; ++j) {
      const float w = weights[j];
      const float constant = folded[0][0] + x[j] * (folded[1][0] + x[j] * folded[2][0]);
      const float linear = folded[0][1] + x[j] * (folded[1][1] + x[j] * folded[2][1]);
      const float square = folded[0][2] + x[j] * (folded[1][2] + x[j] * folded[2][2]);
      const float changed = w + constant + w * (linear + w * square);
      weights[j] = changed;
      sum += changed * next[j];
    }
    y = sum;
  }
}

}  // namespace carve::app::CARVE_ISA_NAME
