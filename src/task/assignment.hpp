// The best way to give each of n rows a column of its own.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace carve::task {

/// The column of each row, all different, with the least sum of costs. costs: [row][column], square, finite. Exact
/// (Kuhn 1955) by shortest augmenting paths in O(n^3) (Jonker & Volgenant 1987); of several best ones, always the same.
[[nodiscard]] std::vector<std::size_t> best_assignment(std::span<const double> costs, std::size_t size);

}  // namespace carve::task
