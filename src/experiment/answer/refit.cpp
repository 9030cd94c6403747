#include "carve/experiment/answer/refit.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "carve/base/scalar_math.hpp"
#include "carve/experiment/answer/fit_coordinates.hpp"
#include "carve/search/cma_es.hpp"

namespace carve::experiment {

std::vector<double> refit(const FitContext& context, const std::vector<double>& values,
                          const std::vector<std::size_t>& free, const Refit& how) {
  const FitCoordinates coordinates = fit_coordinates(context.rules, values, free);
  if (coordinates.size() == 0) return values;
  search::Problem problem{.seed = context.seed};
  const std::vector<double> start = coordinates.point(values);
  for (std::size_t k = 0; k < coordinates.size(); ++k)
    problem.coordinates.push_back({.initial = start[k], .lower = coordinates.lower[k], .upper = coordinates.upper[k]});
  const auto optimiser = search::make_cma_es({.population = how.population, .sigma = how.sigma}, problem);
  const auto at = [&](std::span<const double> point) { return coordinates.values(point, values); };
  for (int generation = 0; generation < how.generations && optimiser->progress().stopped.empty(); ++generation) {
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

std::vector<double> best_scales(const FitContext& context, std::size_t count, std::size_t glance) {
  constexpr int rounds = 4;
  assert(count >= 1 && count <= 3);
  const std::size_t points = count == 1 ? 64 : count == 2 ? 12 : 6;  // along each factor
  std::size_t size = 1;
  for (std::size_t i = 0; i < count; ++i) size *= points;
  std::vector<double> lowest(count, base::log(1e-6));
  double step = (base::log(1e2) - lowest[0]) / static_cast<double>(points - 1);
  std::vector<double> best;
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::vector<double>> grid(size);
    for (std::size_t g = 0; g < size; ++g) {
      for (std::size_t i = 0, rest = g; i < count; ++i, rest /= points)
        grid[g].push_back(base::exp(lowest[i] + static_cast<double>(rest % points) * step));
    }
    constexpr double coarse = 0.2;
    const auto trials = step > coarse ? context.trials.first(std::min(glance, context.trials.size())) : context.trials;
    const evaluate::Evaluation evaluation = context.evaluator.evaluate(grid, trials, context.workers);
    std::size_t winner = 0;
    for (std::size_t g = 1; g < size; ++g) {
      if (evaluation.mean(g) < evaluation.mean(winner)) winner = g;
    }
    best = grid[winner];
    for (std::size_t i = 0; i < count; ++i) lowest[i] = base::log(best[i]) - 1.5 * step;
    step = 3 * step / static_cast<double>(points - 1);
  }
  return best;
}

}  // namespace carve::experiment
