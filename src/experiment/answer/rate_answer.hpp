// From a finished search with a rate network to an answer with its evidence.
#pragma once

#include <vector>

#include "carve/experiment/answer/answer.hpp"

namespace carve::experiment {

/// Chooses among `candidates` (all parameter values of each) on fresh trials, drops the terms that do not matter, fits
/// the rest again on other fresh trials, keeps the shorter rule where it is no worse, and measures everything on the
/// validation trials. A function of the experiment and the candidates alone.
[[nodiscard]] Answer find_rate_answer(const Experiment& experiment, const std::vector<std::vector<double>>& candidates,
                                      const evaluate::Workers& workers);

/// How many trials that keeps in memory.
[[nodiscard]] std::size_t rate_answer_trials(const Experiment& experiment);

/// judge() of a rate network. Its metrics: those of the loss (task::metrics).
[[nodiscard]] Judged judge_rate(const Experiment& experiment, const evaluate::Evaluator& evaluator,
                                const std::vector<double>& values, std::size_t trials,
                                const evaluate::Workers& workers);

/// How many trials an answer can afford where cheap lifetimes would get `wanted`.
[[nodiscard]] std::size_t affordable(const Experiment& experiment, std::size_t wanted);

/// The scales of a reference with the least loss, on trials of their own.
[[nodiscard]] std::vector<double> best_scales(const Experiment& experiment, const Reference& reference,
                                              const evaluate::Workers& workers);

}  // namespace carve::experiment
