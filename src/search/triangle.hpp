// Lower triangles and the few loops CMA-ES needs on them, each in one fixed order of additions.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace carve::search {

/// The lower triangle of a square matrix, column after column: column j holds rows j to size - 1.
/// Every loop below runs down a column (y += a x), which a compiler vectorises without reordering a sum.
struct Triangle {
  std::size_t size = 0;
  std::vector<double> values;

  Triangle() = default;
  explicit Triangle(std::size_t n) : size(n), values(n * (n + 1) / 2) {}

  [[nodiscard]] std::size_t offset(std::size_t column) const { return column * size - column * (column - 1) / 2; }
  [[nodiscard]] double* column(std::size_t j) { return values.data() + offset(j); }
  [[nodiscard]] const double* column(std::size_t j) const { return values.data() + offset(j); }
  [[nodiscard]] double diagonal(std::size_t j) const { return values[offset(j)]; }
};

/// y += a x.
inline void add_scaled(std::size_t count, double a, const double* __restrict x, double* __restrict y) {
  for (std::size_t i = 0; i < count; ++i) y[i] += a * x[i];
}

/// y += a0 x0 + a1 x1, added in this order: half the loads and stores of two calls.
inline void add_scaled(std::size_t count, double a0, const double* __restrict x0, double a1,
                       const double* __restrict x1, double* __restrict y) {
  for (std::size_t i = 0; i < count; ++i) y[i] = (y[i] + a0 * x0[i]) + a1 * x1[i];
}

inline double dot(std::size_t count, const double* x, const double* y) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += x[i] * y[i];
  return sum;
}

/// The factor A of C = A A', or false where C is not positive definite (or not finite).
[[nodiscard]] inline bool cholesky(const Triangle& matrix, Triangle& factor) {
  factor = matrix;
  const std::size_t n = factor.size;
  for (std::size_t j = 0; j < n; ++j) {
    double* __restrict pivot = factor.column(j);
    if (!(pivot[0] > 0) || !std::isfinite(pivot[0])) return false;
    const double root = std::sqrt(pivot[0]);
    const double inverse = 1 / root;
    pivot[0] = root;
    for (std::size_t i = 1; i < n - j; ++i) pivot[i] *= inverse;
    for (std::size_t k = j + 1; k < n; ++k) add_scaled(n - k, -pivot[k - j], pivot + (k - j), factor.column(k));
  }
  return true;
}

/// y = A z.
inline void multiply(const Triangle& factor, const double* z, double* y) {
  const std::size_t n = factor.size;
  for (std::size_t i = 0; i < n; ++i) y[i] = 0;
  std::size_t j = 0;
  for (; j + 1 < n; j += 2) {
    const double* first = factor.column(j);
    y[j] += z[j] * first[0];
    add_scaled(n - j - 1, z[j], first + 1, z[j + 1], factor.column(j + 1), y + j + 1);
  }
  if (j < n) y[j] += z[j] * factor.column(j)[0];
}

/// v <- A A' v, in place.
inline void multiply_square(const Triangle& factor, std::span<double> v) {
  const std::size_t n = factor.size;
  for (std::size_t j = 0; j < n; ++j) v[j] = dot(n - j, factor.column(j), v.data() + j);
  for (std::size_t j = n; j-- > 0;) {
    const double value = v[j];
    v[j] = 0;
    add_scaled(n - j, value, factor.column(j), v.data() + j);
  }
}

/// v <- (A A')^-1 v, in place.
inline void solve_square(const Triangle& factor, std::span<double> v) {
  const std::size_t n = factor.size;
  for (std::size_t j = 0; j < n; ++j) {
    const double* column = factor.column(j);
    v[j] /= column[0];
    add_scaled(n - j - 1, -v[j], column + 1, v.data() + j + 1);
  }
  for (std::size_t j = n; j-- > 0;) {
    const double* column = factor.column(j);
    v[j] = (v[j] - dot(n - j - 1, column + 1, v.data() + j + 1)) / column[0];
  }
}

/// The condition number of A A', from below, by twelve power iterations for each end of the spectrum: within a
/// few 10 % unless the end is crowded, where the exact one matters little.
[[nodiscard]] inline double estimate_condition(const Triangle& factor) {
  const auto growth = [&](auto step) {
    std::vector<double> v(factor.size);
    for (std::size_t i = 0; i < v.size(); ++i) {
      const double golden = 0.6180339887498949 * static_cast<double>(i + 1);
      v[i] = golden - std::floor(golden) - 0.5;  // a fixed vector, in no special direction
    }
    double length = 1;
    for (int iteration = 0; iteration < 12; ++iteration) {
      length = std::sqrt(dot(v.size(), v.data(), v.data()));
      for (double& value : v) value /= length;
      step(factor, std::span(v));
    }
    return std::sqrt(dot(v.size(), v.data(), v.data()));
  };
  return growth(multiply_square) * growth(solve_square);
}

}  // namespace carve::search
