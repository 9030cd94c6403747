#include "carve/evaluate/spiking_evaluator.hpp"

#include <string_view>

#include "carve/evaluate/lifetime_guard.hpp"

namespace carve::evaluate {
namespace {

/// The rule of a population; nullptr where it has none.
const rule::RuleSpace* rule_of(const rule::RuleSet& rules, std::string_view population) {
  for (const rule::RuleSpace& each : rules.rules) {
    if (each.name == population) return &each;
  }
  return nullptr;
}

}  // namespace

task::Outcome outcome_of(network::Ending ending) {
  switch (ending) {
    case network::Ending::finished: break;
    case network::Ending::silent: return task::Outcome::silent;
    case network::Ending::blown_up: return task::Outcome::blown_up;
    case network::Ending::not_finite: return task::Outcome::not_finite;
    case network::Ending::cut_short: return task::Outcome::timed_out;
  }
  return task::Outcome::finished;
}

SpikingEvaluator::SpikingEvaluator(const task::SpikingTask& task, const rule::RuleSet& rules)
    : task_(task), simulator_(task.neuron, rule_of(rules, "excitation"), rule_of(rules, "inhibition")) {}

Evaluation SpikingEvaluator::evaluate(std::span<const std::vector<double>> candidates, const Trials& trials,
                                      const Workers& workers) const {
  Evaluation result = room_for(candidates.size(), trials.size());
  const auto blocks = simulator_.prepare(candidates);
  const network::RateLimits limits = task_.loss->limits();
  std::vector<Candidates> places;
  for (const auto& each : blocks) places.push_back({each.first, each.count});
  share(workers, result, places, [&](std::size_t b, std::size_t trial) {
    const auto& block = blocks[b];
    const task::HeardTrial& heard = *trials[trial].heard;
    const LifetimeGuard guard(trials[trial], workers);
    const auto lives = simulator_.run(block, heard.spikes, heard.drive, limits, [&guard] { return guard.timed_out(); });
    for (std::size_t i = 0; i < block.count; ++i) {
      const std::size_t place = (block.first + i) * trials.size() + trial;
      result.outcomes[place] = outcome_of(lives[i].ending);
      result.losses[place] = task_.loss->score({heard.spikes, lives[i], task_.neuron.dt});
    }
  });
  return result;
}

std::vector<network::SpikingLife> SpikingEvaluator::live(std::span<const std::vector<double>> candidates,
                                                         const task::Trial& trial, const Workers& workers,
                                                         bool to_the_end) const {
  std::optional<network::RateLimits> limits;
  if (!to_the_end) limits = task_.loss->limits();
  std::vector<network::SpikingLife> all;
  for (const auto& block : simulator_.prepare(candidates)) {
    const LifetimeGuard guard(trial, workers);
    for (auto& life : simulator_.run(block, trial.heard->spikes, trial.heard->drive, limits,
                                     [&] { return guard.timed_out() && !to_the_end; }))
      all.push_back(std::move(life));
  }
  return all;
}

}  // namespace carve::evaluate
