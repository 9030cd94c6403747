// Signals of groups of inputs, and waiting times. Loops over groups are left to the compiler: every operation is on one
// group alone, so that the bits do not depend on how many it takes at once.
#include "carve/base/lane_math.hpp"
#include "carve/task/kernels/spike_kernels.hpp"

namespace carve::task::CARVE_ISA_NAME {

using namespace base::CARVE_ISA_NAME;

void group_hazards(const GroupSignals& how, const std::uint8_t* bits, std::size_t steps, float* signals,
                   float* hazards) noexcept {
  float s[group_lanes];
  for (std::size_t g = 0; g < group_lanes; ++g) s[g] = signals[g];
  for (std::size_t t = 0; t < steps; ++t, bits += group_lanes, hazards += group_lanes) {
    for (std::size_t g = 0; g < group_lanes; ++g) {
      // The middle of one of 256 cells; the variance lacks 1/65536 of a uniform number's.
      const float r = (static_cast<float>(bits[g]) - 127.5F) * (1.0F / 256);
      s[g] = __builtin_fmaf(s[g], how.keep, r * (1 - how.keep));
      const float above = s[g] > 0 ? s[g] : 0.0F;
      const float wanted = how.base + how.gain * above;
      const float p = wanted < 0.25F ? wanted : 0.25F;
      // -log(1 - p) as a series; up to p = 0.1 to the last bit, at 1/4 to 1e-5.
      hazards[g] = p * (1 + p * (1 / 2.0F + p * (1 / 3.0F + p * (1 / 4.0F + p * (1 / 5.0F + p * (1 / 6.0F))))));
    }
  }
  for (std::size_t g = 0; g < group_lanes; ++g) signals[g] = s[g];
}

void exponentials(float* uniform, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; i += width<float>)
    store<float>(uniform + i, -log_of_normal<float>(load<float>(uniform + i)));
}

std::size_t find_hits(const Hits& hits, GroupProcess& process) noexcept {
  constexpr std::size_t registers = group_lanes / width<float>;
  alignas(64) float left[group_lanes], all[group_lanes];
  std::memcpy(left, process.left, sizeof(left));
  const float* waiting = hits.waiting;
  std::uint32_t* out = hits.inputs;
  std::size_t t = 0;
  for (; t < hits.steps && static_cast<std::size_t>(hits.waiting_end - waiting) >= most_hits_per_step; ++t) {
    const float* const hazards = hits.hazards + t * group_lanes;
    std::uint32_t hit = 0;
    for (std::size_t r = 0; r < registers; ++r) {
      const std::size_t g = r * width<float>;
      const Lanes<float> whole = load<float>(hazards + g) * load<float>(process.sizes + g);
      store<float>(all + g, whole);
      hit |= bits_where_greater(whole, load<float>(left + g)) << g;
    }
    const float* const last = waiting + most_hits_per_step;
    for (; hit != 0; hit &= hit - 1) {
      const auto g = static_cast<std::size_t>(__builtin_ctz(hit));
      do {
        const auto cell = static_cast<std::int32_t>(left[g] / hazards[g]);
        const auto highest = static_cast<std::int32_t>(process.sizes[g]) - 1;
        *out++ = process.offsets[g] + static_cast<std::uint32_t>(cell < highest ? cell : highest);  // rounding
        left[g] += *waiting++;
      } while (left[g] < all[g] && waiting != last);
      if (waiting != last) continue;
      for (std::size_t h = 0; h < group_lanes; ++h) left[h] = left[h] < all[h] ? all[h] : left[h];  // what is cut off
      break;
    }
    for (std::size_t r = 0; r < registers; ++r) {
      const std::size_t g = r * width<float>;
      store<float>(left + g, load<float>(left + g) - load<float>(all + g));
    }
    hits.step_ends[t] = static_cast<std::uint32_t>(out - hits.inputs);
  }
  std::memcpy(process.left, left, sizeof(left));
  return t;
}

}  // namespace carve::task::CARVE_ISA_NAME
