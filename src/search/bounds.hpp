// From the unbounded space in which a search moves to the user's bounds, smoothly.
#pragma once

#include <span>
#include <vector>

#include "carve/search/optimiser.hpp"

namespace carve::search {

/// Mirrors `value` at both ends of [lower, upper], of which either may be infinite, until it lies between them.
[[nodiscard]] double reflect(double value, double lower, double upper);

/// A map that is the identity but for a margin inside each bound, where it bends as a parabola so that it touches
/// the bound with slope zero; beyond, it mirrors. (The piecewise linear-quadratic transformation of Hansen's c-cmaes
/// and pycma, with margins that scale with the problem: 5 % of the range, at most half an initial step.)
/// The result never leaves the bounds, every point within them can be reached, and an optimum on a bound becomes a
/// smooth optimum of the search.
class Bounds {
 public:
  Bounds(const std::vector<Coordinate>& coordinates, double sigma);

  /// `free` to within the bounds, both of one value per coordinate.
  void to_inside(std::span<const double> free, std::span<double> inside) const;
  /// The point whose image is `inside` (clipped to the bounds), the one nearest to it.
  [[nodiscard]] double to_free(std::size_t coordinate, double inside) const;

 private:
  struct Edge {
    std::size_t coordinate;
    double lower, upper, lower_margin, upper_margin;
  };
  [[nodiscard]] static double bend(const Edge& edge, double value);

  std::vector<Edge> edges_;  // of the bounded coordinates only
};

}  // namespace carve::search
