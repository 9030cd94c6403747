#include "carve/experiment/answer/fit_coordinates.hpp"

#include <algorithm>
#include <cmath>

#include "carve/base/scalar_math.hpp"

namespace carve::experiment {

std::vector<double> FitCoordinates::point(std::span<const double> values) const {
  std::vector<double> point;
  for (std::size_t k = 0; k < size(); ++k)
    point.push_back(units[k] > 0 ? values[parameters[k]] / units[k] : base::log(values[parameters[k]]));
  return point;
}

std::vector<double> FitCoordinates::values(std::span<const double> point, std::vector<double> rest) const {
  for (std::size_t k = 0; k < size(); ++k) {
    const double inside = std::clamp(point[k], lower[k], upper[k]);
    rest[parameters[k]] = units[k] > 0 ? inside * units[k] : base::exp(inside);
  }
  return rest;
}

std::vector<double> FitCoordinates::values_beyond(std::span<const double> point, std::vector<double> rest) const {
  rest = values(point, std::move(rest));
  for (std::size_t k = 0; k < size(); ++k) {
    if (units[k] > 0) rest[parameters[k]] = point[k] * units[k];
  }
  return rest;
}

FitCoordinates fit_coordinates(const rule::RuleSet& rules, std::span<const double> values,
                               const std::vector<std::size_t>& free) {
  std::vector<double> largest(rules.rules.size(), 0.0);
  for (const std::size_t i : free) {
    if (rules.parameter(i).log_scale) continue;
    double& unit = largest[rules.rule_of(i)];
    unit = std::max(unit, std::abs(values[i]));
  }
  FitCoordinates made;
  for (const std::size_t i : free) {
    const rule::Parameter& parameter = rules.parameter(i);
    const double unit = parameter.log_scale ? 0 : largest[rules.rule_of(i)];
    if (!parameter.log_scale && unit == 0) continue;
    made.parameters.push_back(i);
    made.units.push_back(unit);
    const auto bound = [&](double value) {
      return !std::isfinite(value) ? value : parameter.log_scale ? base::log(value) : value / unit;
    };
    made.lower.push_back(bound(parameter.lower));
    made.upper.push_back(bound(parameter.upper));
  }
  return made;
}

}  // namespace carve::experiment
