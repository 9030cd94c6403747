// Symmetric matrices of a few dozen rows: eigenvectors, and what follows from them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace carve::experiment {

struct Symmetric {
  std::size_t size = 0;
  std::vector<double> values;  // [row][column]

  Symmetric() = default;
  explicit Symmetric(std::size_t n) : size(n), values(n * n) {}
  Symmetric(std::size_t n, std::vector<double> all) : size(n), values(std::move(all)) {}

  [[nodiscard]] double& at(std::size_t i, std::size_t j) { return values[i * size + j]; }
  [[nodiscard]] double at(std::size_t i, std::size_t j) const { return values[i * size + j]; }
  /// The rows and columns `kept`, in that order.
  [[nodiscard]] Symmetric part(std::span<const std::size_t> kept) const;
};

/// A = sum_k values[k] vectors[k] vectors[k]'.
struct Eigen {
  std::vector<double> values;                // largest first
  std::vector<std::vector<double>> vectors;  // of length 1; the largest of each one's numbers is positive
};

/// Cyclic Jacobi rotations (Golub & Van Loan 2013, section 8.5): sums in one fixed order, so the same bits everywhere.
[[nodiscard]] Eigen eigen(Symmetric matrix);

/// (A + damping I)^-1 b, where A has the eigenvalues |values|, none of them less than the largest times 1e-12.
[[nodiscard]] std::vector<double> solve_positive(const Eigen& eigen, std::span<const double> b, double damping = 0);
/// A^-1 in the same sense.
[[nodiscard]] Symmetric inverse_positive(const Eigen& eigen);

}  // namespace carve::experiment
