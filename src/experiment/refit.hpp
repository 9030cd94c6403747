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
  std::span<const task::Trial> trials;
  const evaluate::Workers& workers;
  std::uint64_t seed = 1;
};

/// Improves the parameters `free` of `values` by a short CMA-ES of its own; all others stay as they are.
[[nodiscard]] std::vector<double> refit(const FitContext& context, std::vector<double> values,
                                        const std::vector<std::size_t>& free);

/// The value of the only parameter, a positive factor, with the least loss: a grid of factors, narrowed three times.
[[nodiscard]] double best_scale(const FitContext& context);

}  // namespace carve::experiment
