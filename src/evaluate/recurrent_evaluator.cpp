#include "carve/evaluate/recurrent_evaluator.hpp"

#include "carve/evaluate/spiking_evaluator.hpp"

namespace carve::evaluate {

RecurrentEvaluator::RecurrentEvaluator(const task::RecurrentTask& task, const rule::RuleSet& rules) : task_(task) {
  for (const network::Projection& each : task.network.projections) {
    rules_.emplace_back();
    for (const rule::RuleSpace& rule : rules.rules) {
      if (rule.name == task.network.name_of(each)) rules_.back() = rule;
    }
  }
}

Evaluation RecurrentEvaluator::evaluate(std::span<const std::vector<double>> candidates,
                                        std::span<const task::Trial> trials, const Workers& workers) const {
  Evaluation result = room_for(candidates.size(), trials.size());
  // Trials outside, candidates inside: neighbours in time share a trial's synapses in the cache.
  workers.each(candidates.size() * trials.size(), [&](std::size_t item) {
    const std::size_t candidate = item % candidates.size();
    const std::size_t trial = item / candidates.size();
    const task::RecurrentLived lived = live(candidates[candidate], trials[trial]);
    const std::size_t place = candidate * trials.size() + trial;
    result.outcomes[place] = outcome_of(lived.ending);
    result.losses[place] = task_.loss->score({task_, *trials[trial].staged, lived});
  });
  return result;
}

task::RecurrentLived RecurrentEvaluator::live(std::span<const double> candidate, const task::Trial& trial,
                                              const task::Observation& more) const {
  return task::live(task_, rules_, candidate, *trial.staged, task_.loss->needs() | more);
}

}  // namespace carve::evaluate
