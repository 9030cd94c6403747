// Which combinations of a rule's numbers a loss pins, and which it leaves free.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carve/experiment/answer/fit_coordinates.hpp"
#include "carve/experiment/experiment.hpp"
#include "carve/experiment/simplify/symmetric.hpp"

namespace carve::experiment {

/// One of the axes of a bowl.
struct Direction {
  std::vector<double> weights;  // [coordinate], of length 1
  double stiffness = 0;         // curvature along it, relative to the stiffest axis
  bool free = false;            // stiffness below 1 %: ten times as far for the same rise of the loss
};

/// The eigenvectors, the stiffest first.
[[nodiscard]] std::vector<Direction> directions(const Symmetric& hessian);
/// The same of a search's distribution (Optimiser::covariance), which grows along what is free: the stiffest axis is
/// the one along which it is narrowest. Empty where it has none, or not of all coordinates.
[[nodiscard]] std::vector<Direction> directions(const rule::RuleSet& rules, const FitCoordinates& coordinates,
                                                const std::vector<double>& covariance);

/// "0.8 alpha - 0.6 kappa": numbers in FitCoordinates below a tenth of the largest left out.
[[nodiscard]] std::string combination(const std::vector<double>& weights, const std::vector<std::string>& names);

/// The names of coordinates: terms of rate rules, parameters between spiking neurons.
[[nodiscard]] std::vector<std::string> coordinate_names(const Experiment& experiment,
                                                        const FitCoordinates& coordinates);

/// What mean field says of one plastic population of a spiking neuron: the rate settles on a surface in the space of
/// rules (science: <dw/dt> = 0, mean_field.hpp), so along its normal the loss must rise and within it nothing may
/// change.
struct Manifold {
  double input_rate = 0;       // Hz
  double settled = 0;          // Hz
  std::vector<double> normal;  // [coordinate], of length 1
};
[[nodiscard]] std::optional<Manifold> manifold(const Experiment& experiment, const FitCoordinates& coordinates,
                                               const std::vector<double>& values, double input_rate);

/// Degrees between two lines.
[[nodiscard]] double angle(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace carve::experiment
