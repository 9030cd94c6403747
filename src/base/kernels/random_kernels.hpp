// The kernels behind random.hpp, one set per instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

namespace carve::base {

/// A stream's key and the three fixed words of its counters.
struct PhiloxStream {
  std::uint32_t key[2];
  std::uint32_t counter[3];  // step, trial, purpose; the block index is the fourth, moving word
};

/// Numbers are made in blocks of 16 counters, so that the order of a stream does not depend on the register width.
inline constexpr std::size_t counters_per_block = 16;
inline constexpr std::size_t words_per_block = 4 * counters_per_block;

/// Writes `blocks` whole blocks, beginning with block `first`: 64 words or floats each, or 32 doubles.
using BitsKernel = void(const PhiloxStream&, std::uint32_t first, std::size_t blocks, std::uint32_t* out) noexcept;
using FloatKernel = void(const PhiloxStream&, std::uint32_t first, std::size_t blocks, float* out) noexcept;
using DoubleKernel = void(const PhiloxStream&, std::uint32_t first, std::size_t blocks, double* out) noexcept;

#define CARVE_DECLARE(isa)     \
  namespace isa {              \
  BitsKernel bits_blocks;      \
  FloatKernel uniform_blocks;  \
  DoubleKernel uniform_blocks; \
  FloatKernel normal_blocks;   \
  DoubleKernel normal_blocks;  \
  }
CARVE_DECLARE(scalar)
CARVE_DECLARE(v3)
CARVE_DECLARE(v4)
#undef CARVE_DECLARE

}  // namespace carve::base
