#include "carve/evaluate/metrics.hpp"

namespace carve::evaluate {

std::vector<std::vector<double>> measure_metrics(const Evaluator& evaluator, std::span<const task::Metric> metrics,
                                                 const std::vector<double>& candidate, const Trials& trials,
                                                 std::span<const task::Outcome> outcomes, const Workers& workers) {
  const auto found = workers.share(trials.size(), 1, metrics.size(), [&](std::size_t i, std::span<double> places) {
    const bool finished = outcomes[i] == task::Outcome::finished;
    const std::vector<double> weights =
        finished ? evaluator.trace(candidate, trials[i], 2).back().weights : std::vector<double>();
    for (std::size_t k = 0; k < metrics.size(); ++k)
      places[k] = finished ? metrics[k].value({.trial = trials[i], .weights = weights}) : metrics[k].failed;
  });
  std::vector<std::vector<double>> values(metrics.size(), std::vector<double>(trials.size()));
  for (std::size_t i = 0; i < found.size(); ++i) values[i % metrics.size()][i / metrics.size()] = found[i];
  return values;
}

}  // namespace carve::evaluate
