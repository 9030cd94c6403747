#include "carve/evaluate/recurrent_evaluator.hpp"

#include "carve/evaluate/lifetime_guard.hpp"
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

Evaluation RecurrentEvaluator::evaluate(std::span<const std::vector<double>> candidates, const Trials& trials,
                                        const Workers& workers) const {
  Evaluation result = room_for(candidates.size(), trials.size());
  std::vector<Candidates> alone;
  for (std::size_t candidate = 0; candidate < candidates.size(); ++candidate) alone.push_back({candidate, 1});
  share(workers, result, alone, [&](std::size_t candidate, std::size_t trial) {
    const task::RecurrentLived lived = live(candidates[candidate], trials[trial], workers);
    const std::size_t place = candidate * trials.size() + trial;
    result.outcomes[place] = outcome_of(lived.ending);
    result.losses[place] = task_.loss->score({task_, *trials[trial].staged, lived});
  });
  return result;
}

task::RecurrentLived RecurrentEvaluator::live(std::span<const double> candidate, const task::Trial& trial,
                                              const Workers& workers, const task::Observation& more) const {
  const LifetimeGuard guard(trial, workers);
  return task::live(task_, rules_, candidate, *trial.staged, task_.loss->needs() | more,
                    [&guard] { return guard.timed_out(); });
}

}  // namespace carve::evaluate
