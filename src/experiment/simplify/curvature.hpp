// How the mean loss changes around a rule: slopes trial by trial and the Hessian, by central differences with common
// random numbers, since all candidates see the same trials.
#pragma once

#include <span>
#include <vector>

#include "carve/experiment/answer/fit_coordinates.hpp"
#include "carve/experiment/answer/refit.hpp"
#include "carve/experiment/simplify/symmetric.hpp"

namespace carve::experiment {

/// Around one point, in FitCoordinates.
struct Curvature {
  std::vector<double> steps;     // [coordinate], of the differences
  double loss = 0;               // mean over trials
  std::vector<double> losses;    // [trial]
  std::vector<double> slopes;    // [coordinate][trial]
  std::vector<double> gradient;  // [coordinate]: the mean of the slopes
  std::vector<double> second;    // [coordinate]: the Hessian's diagonal
  Symmetric hessian;             // empty where it was not asked for

  [[nodiscard]] std::size_t trials() const { return losses.size(); }
};

/// Steps of differences: one for a loss that is smooth. The loss of neurons that spike is a staircase: each coordinate
/// then gets the smallest of a few steps at which the loss bends by clearly more than chance, else the largest.
[[nodiscard]] std::vector<double> difference_steps(const FitContext& context, const FitCoordinates& coordinates,
                                                   const std::vector<double>& values, bool smooth);

/// 2 n + 1 candidates for the slopes, n (n - 1) more for the Hessian.
[[nodiscard]] Curvature curvature(const FitContext& context, const FitCoordinates& coordinates,
                                  const std::vector<double>& values, std::vector<double> steps, bool with_hessian);

/// Covariance of the minimum's place over sets of so many trials: H^-1 C H^-1 / trials, with C the covariance of the
/// slopes over trials (Huber 1967; White 1982), times trials / (trials - n). With the curvature's own Hessian.
[[nodiscard]] Symmetric sandwich(const Curvature& curvature);

/// The value that Student's t of so many degrees of freedom exceeds, either way, in one case of twenty (Abramowitz &
/// Stegun 26.7.5: within 1 % from 3 degrees on).
[[nodiscard]] double student_95(double freedom);

}  // namespace carve::experiment
