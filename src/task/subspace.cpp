#include "carve/task/subspace.hpp"

#include <algorithm>
#include <cmath>

namespace carve::task {
namespace {

constexpr double least_new = 1e-9;  // of a unit row that must lie outside the span so far

double dot(const double* a, const double* b, std::size_t size) {
  double sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

/// Scales to unit length; false where that cannot be. The largest entry first, since squares may over- or underflow.
bool normalise(double* row, std::size_t size) {
  double largest = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (!std::isfinite(row[i])) return false;
    largest = std::max(largest, std::abs(row[i]));
  }
  if (largest == 0) return false;
  for (std::size_t i = 0; i < size; ++i) row[i] /= largest;
  const double length = std::sqrt(dot(row, row, size));
  for (std::size_t i = 0; i < size; ++i) row[i] /= length;
  return true;
}

}  // namespace

std::vector<double> orthonormal_rows(std::span<const double> rows, std::size_t columns) {
  std::vector<double> basis;
  std::vector<double> row(columns);
  for (std::size_t at = 0; at + columns <= rows.size(); at += columns) {
    std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(at), columns, row.begin());
    if (!normalise(row.data(), columns)) continue;
    // Gram and Schmidt, twice, which is enough (Parlett 1980).
    double left = 1;
    for (int pass = 0; pass < 2 && left > least_new; ++pass) {
      for (std::size_t k = 0; k < basis.size(); k += columns) {
        const double along = dot(basis.data() + k, row.data(), columns);
        for (std::size_t i = 0; i < columns; ++i) row[i] -= along * basis[k + i];
      }
      left *= std::sqrt(dot(row.data(), row.data(), columns));
      if (left > least_new) normalise(row.data(), columns);
    }
    if (left > least_new) basis.insert(basis.end(), row.begin(), row.end());
  }
  return basis;
}

double span_overlap(std::span<const double> p, std::span<const double> q, std::size_t columns) {
  double sum = 0;
  for (std::size_t a = 0; a < p.size(); a += columns) {
    for (std::size_t b = 0; b < q.size(); b += columns) {
      const double cosine = dot(p.data() + a, q.data() + b, columns);
      sum += cosine * cosine;
    }
  }
  return sum;
}

std::vector<double> by_rows(std::span<const double> rows, std::span<const double> basis, std::span<const double> image,
                            std::size_t columns) {
  // With rows = T B, T lower triangular, the derivative is 2 T^-T B S (I - B'B): turning rows within their span changes
  // nothing.
  std::vector<double> result(rows.size(), 0.0);
  if (basis.size() != rows.size()) return result;
  const std::size_t count = rows.size() / columns;
  for (std::size_t a = 0; a < count; ++a) {
    double* out = result.data() + a * columns;
    for (std::size_t i = 0; i < columns; ++i) out[i] = 2 * image[a * columns + i];
    for (std::size_t b = 0; b < count; ++b) {
      const double inside = 2 * dot(image.data() + a * columns, basis.data() + b * columns, columns);
      for (std::size_t i = 0; i < columns; ++i) out[i] -= inside * basis[b * columns + i];
    }
  }
  for (std::size_t b = count; b-- > 0;) {
    double* out = result.data() + b * columns;
    for (std::size_t a = b + 1; a < count; ++a) {
      const double t = dot(rows.data() + a * columns, basis.data() + b * columns, columns);
      for (std::size_t i = 0; i < columns; ++i) out[i] -= t * result[a * columns + i];
    }
    const double t = dot(rows.data() + b * columns, basis.data() + b * columns, columns);
    for (std::size_t i = 0; i < columns; ++i) out[i] /= t;
  }
  return result;
}

}  // namespace carve::task
