// Spans of rows, and how much two of them have in common.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace carve::task {

/// Orthonormal rows with the span of the given ones: as many as are independent. Rows that are zero, not finite, or
/// within a relative 1e-9 of the span of the others add nothing. The length of a row does not matter.
[[nodiscard]] std::vector<double> orthonormal_rows(std::span<const double> rows, std::size_t columns);

/// |P Q'|_F^2 for orthonormal rows P and Q: the sum of squared cosines of the principal angles between their spans
/// (Bjorck & Golub 1973), from 0 to the smaller number of rows.
[[nodiscard]] double span_overlap(std::span<const double> p, std::span<const double> q, std::size_t columns);

/// d tr(B S B') / d rows, where B = `basis` is orthonormal_rows(rows), S any symmetric matrix and `image` = B S; all
/// three [row][column]. 0 where the rows are not independent: the span jumps there.
[[nodiscard]] std::vector<double> by_rows(std::span<const double> rows, std::span<const double> basis,
                                          std::span<const double> image, std::size_t columns);

}  // namespace carve::task
