// Kernels that make samples, one set per instruction set.
#pragma once

#include <cstddef>

namespace carve::task {

/// How many samples are rotated at once: [coordinate][sample] with this many samples side by side.
inline constexpr std::size_t sample_block = 64;

/// Turns coordinates `first` and `second` of every sample of a block by the angle with this cosine and sine.
struct PlaneRotation {
  std::size_t first;
  std::size_t second;
  float cosine;
  float sine;
};

/// samples: [coordinate][sample_block].
using RotateKernel = void(const PlaneRotation* rotations, std::size_t count, float* samples) noexcept;
/// Adds sum_t x_ti x_tj to the upper triangle of covariance [i][j], in the order of t; values: [sample][coordinate].
using CovarianceKernel = void(const float* values, std::size_t samples, std::size_t coordinates,
                              double* covariance) noexcept;

#define CARVE_DECLARE(isa)     \
  namespace isa {              \
  RotateKernel rotate;         \
  CovarianceKernel covariance; \
  }
CARVE_DECLARE(scalar)
CARVE_DECLARE(v3)
CARVE_DECLARE(v4)
#undef CARVE_DECLARE

}  // namespace carve::task
