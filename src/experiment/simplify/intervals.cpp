#include "carve/experiment/simplify/intervals.hpp"

#include <algorithm>
#include <cmath>

#include "carve/base/scalar_math.hpp"

namespace carve::experiment {
namespace {

/// An interval of a coordinate as one of its parameter.
Interval in_own_unit(const Interval& each, double unit) {
  if (unit > 0) return {unit * each.low, unit * each.high, unit * each.error};
  const double middle = base::exp(0.5 * (each.low + each.high));
  return {base::exp(each.low), base::exp(each.high), middle * each.error};
}

}  // namespace

Interval interval(double estimate, double error, double freedom) {
  const double half = student_95(freedom) * error;
  return {estimate - half, estimate + half, error};
}

std::vector<Interval> curvature_intervals(const FitCoordinates& coordinates, const std::vector<double>& values,
                                          const Curvature& around) {
  const std::size_t n = coordinates.size(), trials = around.trials();
  if (trials <= n + 2) return {};
  const Symmetric covariance = sandwich(around);
  const std::vector<double> point = coordinates.point(values);
  std::vector<Interval> all;
  for (std::size_t i = 0; i < n; ++i) {
    const Interval own =
        interval(point[i], std::sqrt(covariance.at(i, i)), static_cast<double>(trials) - static_cast<double>(n));
    all.push_back(in_own_unit(own, coordinates.units[i]));
  }
  return all;
}

std::vector<Interval> refit_intervals(const FitCoordinates& coordinates, const std::vector<double>& values,
                                      const std::vector<std::vector<double>>& fits) {
  if (fits.size() < 3) return {};
  const std::vector<double> point = coordinates.point(values);
  std::vector<Interval> all;
  std::vector<double> column;
  for (std::size_t i = 0; i < coordinates.size(); ++i) {
    column.clear();
    for (const std::vector<double>& each : fits) column.push_back(coordinates.point(each)[i]);
    const double spread = measure(column).error * std::sqrt(static_cast<double>(fits.size()));
    all.push_back(in_own_unit(interval(point[i], spread, static_cast<double>(fits.size() - 1)), coordinates.units[i]));
  }
  return all;
}

}  // namespace carve::experiment
