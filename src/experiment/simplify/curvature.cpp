#include "carve/experiment/simplify/curvature.hpp"

#include <cmath>

#include "carve/experiment/answer/measure.hpp"

namespace carve::experiment {
namespace {

constexpr double smooth_step = 1e-3;
constexpr double staircase_steps[] = {0.01, 0.03, 0.1, 0.2, 0.3};
constexpr double errors_that_matter = 3;

/// Candidates at displacements from one point.
class Around {
 public:
  Around(const FitCoordinates& coordinates, const std::vector<double>& values)
      : coordinates_(coordinates), values_(values), point_(coordinates.point(values)) {
    candidates.push_back(values);
  }

  void add(std::size_t i, double step, std::size_t j = 0, double other = 0) {
    std::vector<double> point = point_;
    point[i] += step;
    point[j] += other;
    candidates.push_back(coordinates_.values_beyond(point, values_));
  }

  std::vector<std::vector<double>> candidates;

 private:
  const FitCoordinates& coordinates_;
  const std::vector<double>& values_;
  std::vector<double> point_;
};

}  // namespace

std::vector<double> difference_steps(const FitContext& context, const FitCoordinates& coordinates,
                                     const std::vector<double>& values, bool smooth) {
  std::vector<double> steps(coordinates.size(), smooth_step);
  if (smooth) return steps;
  Around around(coordinates, values);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const double step : staircase_steps) {
      around.add(i, step);
      around.add(i, -step);
    }
  }
  const evaluate::Evaluation all = context.evaluator.evaluate(around.candidates, context.trials, context.workers);
  std::size_t next = 1;
  std::vector<double> bend(all.trials);
  for (double& chosen : steps) {
    chosen = 0;
    for (const double step : staircase_steps) {
      for (std::size_t t = 0; t < all.trials; ++t) bend[t] = all.of(next)[t] + all.of(next + 1)[t] - 2 * all.of(0)[t];
      next += 2;
      const Measured measured = measure(bend);
      if (chosen == 0 && measured.mean > errors_that_matter * measured.error) chosen = step;
      if (chosen == 0 && step == std::end(staircase_steps)[-1]) chosen = step;
    }
  }
  return steps;
}

Curvature curvature(const FitContext& context, const FitCoordinates& coordinates, const std::vector<double>& values,
                    std::vector<double> steps, bool with_hessian) {
  const std::size_t n = coordinates.size();
  Around around(coordinates, values);
  for (std::size_t i = 0; i < n; ++i) {
    around.add(i, steps[i]);
    around.add(i, -steps[i]);
  }
  for (std::size_t i = 0; with_hessian && i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      around.add(i, steps[i], j, steps[j]);
      around.add(i, -steps[i], j, -steps[j]);
    }
  }
  const evaluate::Evaluation all = context.evaluator.evaluate(around.candidates, context.trials, context.workers);
  Curvature result{.loss = all.mean(0), .losses = {all.of(0).begin(), all.of(0).end()}};
  std::vector<double> both(n);  // the sum of the two neighbours on each axis
  for (std::size_t i = 0; i < n; ++i) {
    const std::span<const double> up = all.of(1 + 2 * i), down = all.of(2 + 2 * i);
    double sum = 0;
    for (std::size_t t = 0; t < all.trials; ++t) {
      result.slopes.push_back((up[t] - down[t]) / (2 * steps[i]));
      sum += result.slopes.back();
    }
    result.gradient.push_back(sum / static_cast<double>(all.trials));
    both[i] = all.mean(1 + 2 * i) + all.mean(2 + 2 * i);
    result.second.push_back((both[i] - 2 * result.loss) / (steps[i] * steps[i]));
  }
  if (with_hessian) {
    result.hessian = Symmetric(n);
    std::size_t next = 2 * n + 1;
    for (std::size_t i = 0; i < n; ++i) {
      result.hessian.at(i, i) = result.second[i];
      for (std::size_t j = 0; j < i; ++j, next += 2) {
        const double mixed = all.mean(next) + all.mean(next + 1) - both[i] - both[j] + 2 * result.loss;
        result.hessian.at(i, j) = result.hessian.at(j, i) = mixed / (2 * steps[i] * steps[j]);
      }
    }
  }
  result.steps = std::move(steps);
  return result;
}

Symmetric sandwich(const Curvature& curvature) {
  const std::size_t n = curvature.gradient.size(), trials = curvature.trials();
  const Symmetric inverse = inverse_positive(eigen(curvature.hessian));
  // Each trial's pull on the minimum: H^-1 (slope - mean slope).
  std::vector<double> pulls(n * trials, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t t = 0; t < trials; ++t)
        pulls[i * trials + t] += inverse.at(i, j) * (curvature.slopes[j * trials + t] - curvature.gradient[j]);
    }
  }
  Symmetric covariance(n);
  const double count = static_cast<double>(trials) * (static_cast<double>(trials) - static_cast<double>(n));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = 0;
      for (std::size_t t = 0; t < trials; ++t) sum += pulls[i * trials + t] * pulls[j * trials + t];
      covariance.at(i, j) = covariance.at(j, i) = sum / count;
    }
  }
  return covariance;
}

double student_95(double freedom) {
  constexpr double z = 1.959963984540054;
  constexpr double z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z;
  return z + (z3 + z) / (4 * freedom) + (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom * freedom) +
         (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom * freedom * freedom);
}

}  // namespace carve::experiment
