// What fits of a few parameters move in: numbers of order one, whatever the parameters' own units are.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "carve/rule/rule_set.hpp"

namespace carve::experiment {

/// A coordinate is a parameter's value in units of the largest coefficient of its rule, or, on a log scale, the
/// logarithm of its value.
struct FitCoordinates {
  std::vector<std::size_t> parameters;  // which parameter each coordinate is
  std::vector<double> units;            // 0: the coordinate is a logarithm
  std::vector<double> lower, upper;     // of the coordinates; may be infinite

  [[nodiscard]] std::size_t size() const { return parameters.size(); }
  /// Where these values of all parameters are.
  [[nodiscard]] std::vector<double> point(std::span<const double> values) const;
  /// All parameters at a point, those that are no coordinates as in `rest`; within bounds.
  [[nodiscard]] std::vector<double> values(std::span<const double> point, std::vector<double> rest) const;
  /// The same, but that coefficients may pass their bounds: those say where to search, and a difference that is cut off
  /// by one says nothing of the loss. Times stay within theirs.
  [[nodiscard]] std::vector<double> values_beyond(std::span<const double> point, std::vector<double> rest) const;
};

/// The coordinates of the parameters `free` around `values`. Coefficients of a rule all of whose free ones are 0 are
/// left out: nothing says how large they might be.
[[nodiscard]] FitCoordinates fit_coordinates(const rule::RuleSet& rules, std::span<const double> values,
                                             const std::vector<std::size_t>& free);

}  // namespace carve::experiment
