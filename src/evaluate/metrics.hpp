// The figures of task::metrics for one candidate on all trials.
#pragma once

#include <span>
#include <vector>

#include "carve/evaluate/evaluator.hpp"
#include "carve/task/metrics.hpp"

namespace carve::evaluate {

/// [metric][trial], at the end of each lifetime; a lifetime that did not finish counts as the metric's `failed`.
/// outcomes: one per trial, of this candidate. Every lifetime is simulated again: about as much work as its evaluation.
[[nodiscard]] std::vector<std::vector<double>> measure_metrics(
    const Evaluator& evaluator, std::span<const task::Metric> metrics, const std::vector<double>& candidate,
    const Trials& trials, std::span<const task::Outcome> outcomes, const Workers& workers);

}  // namespace carve::evaluate
