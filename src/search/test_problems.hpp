// Test functions and small helpers for the tests of searches.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <span>
#include <vector>

#include "carve/search/cma_es.hpp"

namespace carve::search::test {

using Function = std::function<double(std::span<const double>)>;

inline double sphere(std::span<const double> x) {
  double sum = 0;
  for (const double each : x) sum += each * each;
  return sum;
}

inline double ellipsoid(std::span<const double> x) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sum += std::pow(1e6, static_cast<double>(i) / static_cast<double>(x.size() - 1)) * x[i] * x[i];
  }
  return sum;
}

inline double rosenbrock(std::span<const double> x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    sum += 100 * std::pow(x[i] * x[i] - x[i + 1], 2) + std::pow(x[i] - 1, 2);
  }
  return sum;
}

inline double rastrigin(std::span<const double> x) {
  double sum = 0;
  for (const double each : x) sum += 10 + each * each - 10 * std::cos(2 * std::numbers::pi * each);
  return sum;
}

inline Problem problem(std::size_t dimension, double initial, std::uint64_t seed = 1) {
  Problem made;
  made.coordinates.assign(dimension, {.initial = initial});
  made.seed = seed;
  return made;
}

inline std::vector<double> evaluate(const Candidates& candidates, const Function& function) {
  std::vector<double> losses;
  for (std::size_t k = 0; k < candidates.count(); ++k) losses.push_back(function(candidates[k]));
  return losses;
}

/// One generation; returns its best loss.
inline double step(Optimiser& search, const Function& function) {
  const std::vector<double> losses = evaluate(search.ask(), function);
  search.tell(losses);
  return *std::min_element(losses.begin(), losses.end());
}

using Gradient = std::function<std::vector<double>(std::span<const double>)>;

/// One generation of a search that may want gradients: those of `function` without the L1 penalty, which `losses` get.
/// Returns the best loss.
inline double step(Optimiser& search, const Problem& problem, const Function& function, const Gradient& gradient) {
  const Candidates candidates = search.ask();
  std::vector<double> losses, gradients;
  for (std::size_t k = 0; k < candidates.count(); ++k) {
    double loss = function(candidates[k]);
    for (std::size_t i = 0; i < candidates.dimension; ++i) {
      if (problem.coordinates[i].penalised) loss += problem.l1 * std::abs(candidates[k][i]);
    }
    losses.push_back(loss);
    if (!search.wants_gradients()) continue;
    const std::vector<double> slopes = gradient(candidates[k]);
    gradients.insert(gradients.end(), slopes.begin(), slopes.end());
  }
  search.tell(losses, {}, gradients);
  return *std::min_element(losses.begin(), losses.end());
}

inline std::vector<double> sphere_gradient(std::span<const double> x) {
  std::vector<double> slopes(x.begin(), x.end());
  for (double& slope : slopes) slope *= 2;
  return slopes;
}

/// Evaluations until a candidate reaches `target`, or `budget` where none does.
inline std::uint64_t evaluations_to(Optimiser& search, const Function& function, double target, std::uint64_t budget) {
  while (search.progress().evaluations < budget && search.progress().stopped.empty()) {
    if (step(search, function) <= target) return search.progress().evaluations;
  }
  return budget;
}

}  // namespace carve::search::test
