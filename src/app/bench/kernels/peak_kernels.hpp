// The calibration loops, one set per instruction set.
#pragma once

#include <cstddef>

namespace carve::app {

/// Do `rounds` rounds of multiply-adds and return how many numbers were multiplied and added in all.
using FloatPeak = std::size_t(std::size_t rounds, float* result) noexcept;
using DoublePeak = std::size_t(std::size_t rounds, double* result) noexcept;

#define CARVE_DECLARE(isa)  \
  namespace isa {           \
  FloatPeak multiply_adds;  \
  DoublePeak multiply_adds; \
  }
CARVE_DECLARE(scalar)
CARVE_DECLARE(v3)
CARVE_DECLARE(v4)
#undef CARVE_DECLARE

}  // namespace carve::app
