// Whole numbers side by side, as looking up spikes needs them: beside base/lanes.hpp, for kernel sources only.
#pragma once

#include "carve/base/lanes.hpp"

namespace carve::task::CARVE_ISA_NAME {

using namespace base::CARVE_ISA_NAME;

using Whole = Lanes<std::int32_t>;

/// One bit per lane, the first lane's lowest: where a is negative. And the lanes of `values` whose bit is set, one
/// after the other; this writes up to a register more than it returns the end of.
#if defined(CARVE_SCALAR_LANES)
CARVE_INLINE std::uint32_t negative_bits(Whole a) { return a < 0; }
CARVE_INLINE std::uint32_t* append(std::uint32_t* out, std::uint32_t bits, Whole value) {
  *out = static_cast<std::uint32_t>(value);
  return out + bits;
}
#elif defined(__AVX512F__)
CARVE_INLINE std::uint32_t negative_bits(Whole a) { return _mm512_movepi32_mask(reinterpret<__m512i>(a)); }
CARVE_INLINE std::uint32_t* append(std::uint32_t* out, std::uint32_t bits, Whole values) {
  const auto mask = static_cast<__mmask16>(bits);
  _mm512_storeu_si512(out, _mm512_maskz_compress_epi32(mask, reinterpret<__m512i>(values)));
  return out + __builtin_popcount(bits);
}
#else
CARVE_INLINE std::uint32_t negative_bits(Whole a) {
  return static_cast<std::uint32_t>(_mm256_movemask_ps(reinterpret<__m256>(a)));
}
CARVE_INLINE std::uint32_t* append(std::uint32_t* out, std::uint32_t bits, Whole values) {
  std::int32_t each[width<std::int32_t>];
  store<std::int32_t>(each, values);
  for (const std::int32_t value : each) {
    *out = static_cast<std::uint32_t>(value);
    out += bits & 1;  // no branch, which nobody could predict
    bits >>= 1;
  }
  return out;
}
#endif

}  // namespace carve::task::CARVE_ISA_NAME
