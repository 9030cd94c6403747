#include "carve/evaluate/metrics.hpp"

namespace carve::evaluate {

std::vector<std::vector<double>> measure_metrics(const Evaluator& evaluator, std::span<const task::Metric> metrics,
                                                 const std::vector<double>& candidate,
                                                 std::span<const task::Trial> trials,
                                                 std::span<const task::Outcome> outcomes, const Workers& workers) {
  std::vector<std::vector<double>> values(metrics.size(), std::vector<double>(trials.size()));
  workers.each(trials.size(), [&](std::size_t i) {
    const bool finished = outcomes[i] == task::Outcome::finished;
    const std::vector<double> weights =
        finished ? evaluator.trace(candidate, trials[i], 2).back().weights : std::vector<double>();
    for (std::size_t k = 0; k < metrics.size(); ++k)
      values[k][i] = finished ? metrics[k].value({.trial = trials[i], .weights = weights}) : metrics[k].failed;
  });
  return values;
}

}  // namespace carve::evaluate
