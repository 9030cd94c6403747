// Principal components of given samples.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace carve::task {

struct PrincipalComponents {
  std::vector<double> eigenvalues;  // largest first
  std::vector<double> vectors;      // [component][input], unit length
};

/// The first `count` eigenvectors of the second moments sum_t x_t x_t' / samples (no mean is taken away).
/// values: [sample][input]. Lanczos' method with full reorthogonalisation, to a residual of 1e-9 of the largest
/// eigenvalue or until the space is exhausted.
[[nodiscard]] PrincipalComponents principal_components(std::span<const float> values, std::size_t inputs,
                                                       std::size_t count);

}  // namespace carve::task
