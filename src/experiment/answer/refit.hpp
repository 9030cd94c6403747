// Fitting a few numbers of a rule again, on fresh trials and without penalty.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "carve/evaluate/evaluator.hpp"

namespace carve::experiment {

/// What fitting needs: the simulator, the trials that judge, and the threads.
struct FitContext {
  const evaluate::Evaluator& evaluator;
  const rule::RuleSet& rules;
  const evaluate::Trials& trials;
  const evaluate::Workers& workers;
  std::uint64_t seed = 1;
};

struct Refit {
  double sigma = 0.1;  // first steps, in FitCoordinates
  int generations = 40;
  std::int64_t population = 16;
};

/// Improves the parameters `free` of `values` by a short CMA-ES of its own; all others stay as they are.
[[nodiscard]] std::vector<double> refit(const FitContext& context, const std::vector<double>& values,
                                        const std::vector<std::size_t>& free, const Refit& how = {});

/// The values of all `count` parameters, positive factors, with the least loss: a grid of factors, narrowed three
/// times. At most 3 of them: the grid is full. Coarse grids, where precision is of no use, see only the first `glance`
/// trials.
[[nodiscard]] std::vector<double> best_scales(const FitContext& context, std::size_t count, std::size_t glance);

}  // namespace carve::experiment
