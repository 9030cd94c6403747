#include "carve/experiment/simplify/directions.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include <fmt/format.h>

#include "carve/experiment/answer/answer.hpp"
#include "carve/task/mean_field.hpp"

namespace carve::experiment {
namespace {

constexpr double share_of_free = 0.01;
constexpr double share_shown = 0.1;
constexpr std::size_t most_shown = 6;

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

}  // namespace

std::vector<Direction> directions(const Symmetric& hessian) {
  const Eigen axes = eigen(hessian);
  std::vector<Direction> all;
  for (std::size_t k = 0; k < axes.values.size(); ++k) {
    const double stiffness = axes.values.front() > 0 ? std::max(0.0, axes.values[k] / axes.values.front()) : 0.0;
    all.push_back({axes.vectors[k], stiffness, stiffness < share_of_free});
  }
  return all;
}

std::vector<Direction> directions(const rule::RuleSet& rules, const FitCoordinates& coordinates,
                                  const std::vector<double>& covariance) {
  std::vector<std::size_t> searched;  // parameters, by coordinate of the search
  for (std::size_t i = 0; i < rules.parameter_count(); ++i) {
    if (!rules.parameter(i).fixed) searched.push_back(i);
  }
  if (covariance.size() != searched.size() * searched.size() || covariance.empty()) return {};
  std::vector<std::size_t> places;
  for (const std::size_t parameter : coordinates.parameters) {
    const auto found = std::find(searched.begin(), searched.end(), parameter);
    if (found == searched.end()) return {};
    places.push_back(static_cast<std::size_t>(found - searched.begin()));
  }
  Symmetric own = Symmetric(searched.size(), covariance).part(places);
  const auto unit = [&](std::size_t i) { return coordinates.units[i] > 0 ? coordinates.units[i] : 1.0; };
  for (std::size_t i = 0; i < own.size; ++i) {
    for (std::size_t j = 0; j < own.size; ++j) own.at(i, j) /= unit(i) * unit(j);
  }
  return directions(inverse_positive(eigen(own)));
}

std::string combination(const std::vector<double>& weights, const std::vector<std::string>& names) {
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return std::abs(weights[i]) > std::abs(weights[j]); });
  std::string text;
  for (const std::size_t i : order) {
    if (std::abs(weights[i]) < share_shown * std::abs(weights[order.front()])) break;
    if (i == order[std::min(most_shown, order.size() - 1)] && order.size() > most_shown) {
      text += " + ...";
      break;
    }
    const double size = std::abs(weights[i]);
    const char* sign = weights[i] < 0 ? (text.empty() ? "-" : " - ") : (text.empty() ? "" : " + ");
    text += fmt::format("{}{:.2f} {}", sign, size, names[i]);
  }
  return text;
}

std::vector<std::string> coordinate_names(const Experiment& experiment, const FitCoordinates& coordinates) {
  const rule::RuleSet& rules = experiment.rules;
  std::vector<std::string> names;
  for (const std::size_t i : coordinates.parameters) {
    const rule::RuleSpace& space = rules.rules[rules.rule_of(i)];
    std::string name = rules.parameter_name(i);
    if (space.polynomial && !rules.parameter(i).log_scale)
      name = rules.rules.size() > 1 ? fmt::format("{}[{}]", space.name, term_label(rules, i))
                                    : fmt::format("[{}]", term_label(rules, i));
    names.push_back(rules.parameter(i).log_scale ? fmt::format("log {}", name) : name);
  }
  return names;
}

std::optional<Manifold> manifold(const Experiment& experiment, const FitCoordinates& coordinates,
                                 const std::vector<double>& values, double input_rate) {
  if (!experiment.spiking || experiment.rules.rules.size() != 1) return std::nullopt;
  const rule::RuleSpace& space = experiment.rules.rules.front();
  const auto settled = [&](const std::vector<double>& at) {
    return task::settled_rate(task::six_parameters(space, at), input_rate);
  };
  constexpr double step = 1e-5;
  Manifold result{.input_rate = input_rate, .settled = settled(values)};
  const std::vector<double> point = coordinates.point(values);
  for (std::size_t i = 0; i < point.size(); ++i) {
    std::vector<double> up = point, down = point;
    up[i] += step;
    down[i] -= step;
    result.normal.push_back(settled(coordinates.values_beyond(up, values)) -
                            settled(coordinates.values_beyond(down, values)));
  }
  const double length = std::sqrt(dot(result.normal, result.normal));
  if (!(length > 0) || !std::isfinite(length)) return std::nullopt;
  for (double& each : result.normal) each /= length;
  return result;
}

double angle(const std::vector<double>& a, const std::vector<double>& b) {
  const double cosine = std::abs(dot(a, b)) / std::sqrt(dot(a, a) * dot(b, b));
  return std::acos(std::min(1.0, cosine)) * 180 / std::numbers::pi;
}

}  // namespace carve::experiment
