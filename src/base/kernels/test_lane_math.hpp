// lane_math.hpp over arrays, once per instruction set, so that tests can hold them to each other.
#pragma once

#include <cstddef>

namespace carve::base {

/// Applies a function to `count` numbers; `count` must be a multiple of 16.
using FloatMap = void(const float* in, float* out, std::size_t count) noexcept;
using DoubleMap = void(const double* in, double* out, std::size_t count) noexcept;

#define CARVE_DECLARE(isa) \
  namespace isa {          \
  FloatMap exp_of_all;     \
  DoubleMap exp_of_all;    \
  FloatMap log_of_all;     \
  DoubleMap log_of_all;    \
  FloatMap tanh_of_all;    \
  DoubleMap tanh_of_all;   \
  FloatMap sine_of_all;    \
  DoubleMap sine_of_all;   \
  FloatMap cosine_of_all;  \
  DoubleMap cosine_of_all; \
  }
CARVE_DECLARE(scalar)
CARVE_DECLARE(v3)
CARVE_DECLARE(v4)
#undef CARVE_DECLARE

}  // namespace carve::base
