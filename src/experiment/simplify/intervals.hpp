// How well trials pin the numbers of a rule: 95 % intervals from curvature and from fits to fresh trials.
#pragma once

#include <functional>
#include <vector>

#include "carve/experiment/answer/measure.hpp"
#include "carve/experiment/simplify/curvature.hpp"

namespace carve::experiment {

struct Interval {
  double low = 0, high = 0;
  double error = 0;  // standard error
};

/// The number at `estimate` whose estimator has this standard error, known with so many degrees of freedom.
[[nodiscard]] Interval interval(double estimate, double error, double freedom);

/// One interval for each coordinate's parameter, in its own unit, by the sandwich estimate. Empty where there are no
/// more trials than parameters, or where the loss bends nowhere.
[[nodiscard]] std::vector<Interval> curvature_intervals(const FitCoordinates& coordinates,
                                                        const std::vector<double>& values, const Curvature& around);

/// The same from the spread of fits to other trials: fits[k] has the values of all parameters. At least 3 of them.
[[nodiscard]] std::vector<Interval> refit_intervals(const FitCoordinates& coordinates,
                                                    const std::vector<double>& values,
                                                    const std::vector<std::vector<double>>& fits);

}  // namespace carve::experiment
