#include "carve/experiment/simplify/newton.hpp"

#include <cmath>

namespace carve::experiment {
namespace {

constexpr int most_steps = 12;
constexpr std::size_t few = 8;  // parameters that get their own Hessian in every step
constexpr double dampings[] = {0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.03, 0.1, 0.3, 1, 3, 10, 100};  // of the stiffest
/// A fit is over where a whole step would lower the loss by less than this share of it.
constexpr double share_left = 1e-10;

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// Makes H fit a change of the gradient by `y` over the step `s`, if the loss bends upwards along it.
void correct(Symmetric& hessian, const std::vector<double>& s, const std::vector<double>& y) {
  const std::size_t n = s.size();
  std::vector<double> hs(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) hs[i] += hessian.at(i, j) * s[j];
  }
  const double sy = dot(s, y), shs = dot(s, hs);
  if (!(sy > 1e-12 * std::sqrt(dot(s, s) * dot(y, y))) || !(shs > 0)) return;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) hessian.at(i, j) += y[i] * y[j] / sy - hs[i] * hs[j] / shs;
  }
}

}  // namespace

NewtonFit newton_fit(const FitContext& context, const std::vector<double>& values, const std::vector<std::size_t>& free,
                     std::optional<Symmetric> hessian) {
  const FitCoordinates coordinates = fit_coordinates(context.rules, values, free);
  NewtonFit fit{.values = values};
  const std::size_t n = coordinates.size();
  std::vector<double> gradient, taken;
  for (int step = 0; n > 0 && step < most_steps; ++step) {
    const bool whole = n <= few || !hessian;
    const Curvature now =
        curvature(context, coordinates, fit.values, difference_steps(context, coordinates, fit.values, true), whole);
    fit.loss = now.loss;
    if (whole) hessian = now.hessian;
    else if (!taken.empty()) {
      std::vector<double> change(n);
      for (std::size_t i = 0; i < n; ++i) change[i] = now.gradient[i] - gradient[i];
      correct(*hessian, taken, change);
    }
    gradient = now.gradient;
    const Eigen axes = eigen(*hessian);
    const std::vector<double> point = coordinates.point(fit.values);
    double stiffest = 0;
    for (const double each : axes.values) stiffest = std::max(stiffest, std::abs(each));
    if (!(stiffest > 0) || !std::isfinite(stiffest)) break;
    std::vector<std::vector<double>> candidates;
    double expected = 0;
    for (const double damping : dampings) {
      const std::vector<double> move = solve_positive(axes, gradient, damping * stiffest);
      if (candidates.empty()) expected = 0.5 * dot(move, gradient);
      std::vector<double> there = point;
      for (std::size_t i = 0; i < n; ++i) there[i] -= move[i];
      candidates.push_back(coordinates.values(there, fit.values));
    }
    if (!(expected > share_left * std::abs(now.loss))) break;
    const evaluate::Evaluation tried = context.evaluator.evaluate(candidates, context.trials, context.workers);
    std::size_t best = 0;
    for (std::size_t k = 1; k < candidates.size(); ++k) {
      if (tried.mean(k) < tried.mean(best)) best = k;
    }
    if (!(tried.mean(best) < now.loss)) break;
    const std::vector<double> moved = coordinates.point(candidates[best]);
    taken.assign(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) taken[i] = moved[i] - point[i];
    fit.values = candidates[best];
    const double gained = now.loss - tried.mean(best);
    fit.loss = tried.mean(best);
    if (gained < share_left * std::abs(fit.loss)) break;
  }
  if (n > 0 && n == free.size()) fit.hessian = std::move(*hessian);
  return fit;
}

}  // namespace carve::experiment
