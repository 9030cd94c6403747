// The mild wish for weights of unit length that losses of directions share.
#pragma once

#include <algorithm>
#include <cmath>

#include "carve/base/scalar_math.hpp"

namespace carve::task {

inline constexpr double length_weight = 0.05;
/// Weights further from unit length than this (the logarithm of the square) count as this far: losses stay bounded.
inline constexpr double largest_log_square = 10;
inline constexpr double largest_length_term = length_weight * largest_log_square * largest_log_square;

/// 0.05 log^2 |w|^2: ten times too long and ten times too short are equally wrong.
[[nodiscard]] inline double length_term(double square) {
  if (!(square > 0)) return largest_length_term;
  const double log_square = std::clamp(base::log(square), -largest_log_square, largest_log_square);
  return length_weight * log_square * log_square;
}

/// Its derivative by |w|^2; 0 where it has reached its bound.
[[nodiscard]] inline double length_slope(double square) {
  if (!(square > 0)) return 0;
  const double log_square = base::log(square);
  return std::abs(log_square) < largest_log_square ? 2 * length_weight * log_square / square : 0;
}

}  // namespace carve::task
