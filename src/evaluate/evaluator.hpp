// Candidates x trials: every candidate lives through the same trials; losses and outcomes come back.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "carve/evaluate/trials.hpp"
#include "carve/evaluate/workers.hpp"
#include "carve/network/baseline.hpp"
#include "carve/network/rate_network.hpp"
#include "carve/rule/rule_set.hpp"
#include "carve/task/loss.hpp"
#include "carve/task/outcome.hpp"
#include "carve/task/trial.hpp"

namespace carve::evaluate {

/// What became of each candidate in each trial. Losses are without any penalty on the rule itself.
struct Evaluation {
  std::size_t candidates = 0;
  std::size_t trials = 0;
  std::vector<double> losses;           // [candidate][trial]
  std::vector<task::Outcome> outcomes;  // [candidate][trial]

  [[nodiscard]] std::span<const double> of(std::size_t candidate) const {
    return std::span(losses).subspan(candidate * trials, trials);
  }
  /// The mean over the trials first, first + stride, ... (all of them by default).
  [[nodiscard]] double mean(std::size_t candidate, std::size_t first = 0, std::size_t stride = 1) const;
  /// The worst outcome of a candidate: how it is counted.
  [[nodiscard]] task::Outcome outcome(std::size_t candidate) const;
  [[nodiscard]] task::OutcomeCounts counts() const;
};

/// Room for every candidate in every trial.
[[nodiscard]] Evaluation room_for(std::size_t candidates, std::size_t trials);

/// Candidates [first, first + count).
struct Candidates {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// Every block of candidates in every trial: live(block, trial) fills the block's places of `result` in that trial.
/// Trials outside, blocks inside: neighbours in time share what a trial has in the cache.
void share(const Workers& workers, Evaluation& result, const std::vector<Candidates>& blocks,
           const std::function<void(std::size_t, std::size_t)>& live);

/// The state of one network at some step of a lifetime.
struct Snapshot {
  std::size_t step = 0;
  std::vector<double> weights;  // as network::RateNetwork orders them
};

/// Simulates and scores. Const; the same bits for any number of threads and any order or grouping of candidates.
class Evaluator {
 public:
  /// rules: one for each of network.connections(). The loss must outlive the evaluator.
  Evaluator(const network::RateNetwork& network, const rule::RuleSet& rules, const task::Loss& loss);
  /// Rules of a spiking neuron's inputs (SpikingEvaluator). The task must outlive the evaluator.
  Evaluator(const task::SpikingTask& task, const rule::RuleSet& rules);
  /// Rules between the neurons of a recurrent network (RecurrentEvaluator). The task must outlive the evaluator.
  Evaluator(const task::RecurrentTask& task, const rule::RuleSet& rules);
  /// A known algorithm instead of rules: a candidate's only value is its learning rate. The baseline must outlive the
  /// evaluator.
  Evaluator(const network::RateNetwork& network, const network::Baseline& baseline, const task::Loss& loss);
  ~Evaluator();

  /// candidates: all parameter values of each candidate, those of the first rule first.
  [[nodiscard]] Evaluation evaluate(std::span<const std::vector<double>> candidates, const Trials& trials,
                                    const Workers& workers) const;

  /// One lifetime of one candidate, looked at `snapshots` times at equal distances, the start and the end included. For
  /// rate networks.
  [[nodiscard]] std::vector<Snapshot> trace(const std::vector<double>& candidate, const task::Trial& trial,
                                            std::size_t snapshots) const;

  /// Each candidate's lifetime in one trial of a spiking neuron: its spikes, and its weights at the end. `to_the_end`:
  /// it does not end early however it fires and however long it takes.
  [[nodiscard]] std::vector<network::SpikingLife> live(std::span<const std::vector<double>> candidates,
                                                       const task::Trial& trial, const Workers& workers,
                                                       bool to_the_end = false) const;

  class Implementation;

 private:
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace carve::evaluate
