// The kernel that projects samples on rows, one per instruction set.
#pragma once

#include <cstddef>

namespace carve::task {

/// How many samples lie side by side in the scratch.
inline constexpr std::size_t project_block = 16;

/// out[sample][row] = sum_j rows[row][j] values[sample][j], in the order of j. scratch: inputs * project_block.
using ProjectKernel = void(const float* values, std::size_t samples, std::size_t inputs, const double* rows,
                           std::size_t count, double* scratch, double* out) noexcept;

#define CARVE_DECLARE(isa) \
  namespace isa {          \
  ProjectKernel project;   \
  }
CARVE_DECLARE(scalar)
CARVE_DECLARE(v3)
CARVE_DECLARE(v4)
#undef CARVE_DECLARE

}  // namespace carve::task
