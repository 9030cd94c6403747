#include "carve/experiment/refit.hpp"

#include <algorithm>
#include <cmath>

#include "carve/base/scalar_math.hpp"
#include "carve/search/cma_es.hpp"

namespace carve::experiment {

std::vector<double> refit(const FitContext& context, std::vector<double> values, const std::vector<std::size_t>& free) {
  double unit = 0;  // steps are measured in the largest coefficient
  for (const std::size_t i : free) unit = std::max(unit, std::abs(values[i]));
  if (unit == 0) return values;
  constexpr int generations = 40;
  search::Problem problem{.seed = context.seed};
  for (const std::size_t i : free) problem.coordinates.push_back({.initial = values[i] / unit});
  const auto optimiser = search::make_cma_es({.population = 16, .sigma = 0.1}, problem);
  const auto at = [&](std::span<const double> point) {
    std::vector<double> candidate = values;
    for (std::size_t k = 0; k < free.size(); ++k) candidate[free[k]] = point[k] * unit;
    return candidate;
  };
  for (int generation = 0; generation < generations && optimiser->progress().stopped.empty(); ++generation) {
    const search::Candidates asked = optimiser->ask();
    std::vector<std::vector<double>> candidates;
    for (std::size_t i = 0; i < asked.count(); ++i) candidates.push_back(at(asked[i]));
    const evaluate::Evaluation evaluation = context.evaluator.evaluate(candidates, context.trials, context.workers);
    std::vector<double> losses;
    for (std::size_t i = 0; i < candidates.size(); ++i) losses.push_back(evaluation.mean(i));
    optimiser->tell(losses);
  }
  return at(optimiser->best_guess());
}

double best_scale(const FitContext& context) {
  double lowest = base::log(1e-6);
  double highest = base::log(1e2);
  constexpr std::size_t points = 64;
  double best = 0;
  for (int round = 0; round < 4; ++round) {
    std::vector<std::vector<double>> candidates;
    const double step = (highest - lowest) / static_cast<double>(points - 1);
    for (std::size_t i = 0; i < points; ++i) candidates.push_back({base::exp(lowest + static_cast<double>(i) * step)});
    const evaluate::Evaluation evaluation = context.evaluator.evaluate(candidates, context.trials, context.workers);
    std::size_t winner = 0;
    for (std::size_t i = 1; i < points; ++i) {
      if (evaluation.mean(i) < evaluation.mean(winner)) winner = i;
    }
    best = lowest + static_cast<double>(winner) * step;
    lowest = best - 1.5 * step;
    highest = best + 1.5 * step;
  }
  return base::exp(best);
}

}  // namespace carve::experiment
