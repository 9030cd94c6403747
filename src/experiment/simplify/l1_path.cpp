#include <algorithm>
#include <cmath>

#include "carve/experiment/simplify/front.hpp"

namespace carve::experiment {
namespace {

constexpr int lambdas = 120;
constexpr double smallest_share = 1e-8;  // of the largest lambda
constexpr int most_rounds = 2000;
constexpr double converged = 1e-10;

}  // namespace

std::vector<std::vector<std::size_t>> l1_path(const Symmetric& hessian, const std::vector<double>& z0) {
  const std::size_t n = z0.size();
  // In u = z / |z0| every weight is 1. Negative curvature, the noise of a flat direction, would let u run away.
  Symmetric scaled(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) scaled.at(i, j) = hessian.at(i, j) * std::abs(z0[i]) * std::abs(z0[j]);
  }
  const Eigen axes = eigen(scaled);
  Symmetric positive(n);
  for (std::size_t k = 0; k < n; ++k) {
    const double value = std::max(axes.values[k], 1e-12 * axes.values.front());
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) positive.at(i, j) += value * axes.vectors[k][i] * axes.vectors[k][j];
    }
  }
  std::vector<double> target(n), pull(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) target[i] = z0[i] < 0 ? -1 : 1;
  double largest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) pull[i] += positive.at(i, j) * target[j];
    largest = std::max(largest, std::abs(pull[i]));
  }
  std::vector<std::vector<std::size_t>> sets;
  std::vector<double> u(n, 0.0);
  for (int step = 1; step <= lambdas && largest > 0; ++step) {
    const double lambda = largest * std::pow(smallest_share, static_cast<double>(step) / lambdas);
    for (int round = 0; round < most_rounds; ++round) {
      double change = 0;
      for (std::size_t i = 0; i < n; ++i) {
        double rest = pull[i];
        for (std::size_t j = 0; j < n; ++j) {
          if (j != i) rest -= positive.at(i, j) * u[j];
        }
        const double next = rest > lambda    ? (rest - lambda) / positive.at(i, i)
                            : rest < -lambda ? (rest + lambda) / positive.at(i, i)
                                             : 0.0;
        change = std::max(change, std::abs(next - u[i]));
        u[i] = next;
      }
      if (change < converged) break;
    }
    std::vector<std::size_t> set;
    for (std::size_t i = 0; i < n; ++i) {
      if (u[i] != 0) set.push_back(i);
    }
    if (!set.empty() && std::find(sets.begin(), sets.end(), set) == sets.end()) sets.push_back(std::move(set));
  }
  return sets;
}

}  // namespace carve::experiment
