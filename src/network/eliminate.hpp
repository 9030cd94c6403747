// Small systems of linear equations by elimination without pivoting, as the kernels do it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace carve::network {

/// sums <- matrix^-1 sums. matrix: [row][row]; sums: [row][column]. Not finite where a pivot is 0.
inline void eliminate(std::vector<double> matrix, std::span<double> sums, std::size_t columns) {
  const std::size_t rows = sums.size() / columns;
  const auto add = [&](std::size_t to, double factor, std::size_t from) {
    for (std::size_t c = 0; c < columns; ++c) sums[to * columns + c] += factor * sums[from * columns + c];
  };
  for (std::size_t k = 0; k < rows; ++k) {
    for (std::size_t i = k + 1; i < rows; ++i) {
      const double factor = -matrix[i * rows + k] / matrix[k * rows + k];
      for (std::size_t m = k + 1; m < rows; ++m) matrix[i * rows + m] += factor * matrix[k * rows + m];
      add(i, factor, k);
    }
  }
  for (std::size_t i = rows; i-- > 0;) {
    for (std::size_t m = i + 1; m < rows; ++m) add(i, -matrix[i * rows + m], m);
    for (std::size_t c = 0; c < columns; ++c) sums[i * columns + c] /= matrix[i * rows + i];
  }
}

}  // namespace carve::network
