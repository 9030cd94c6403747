// Candidates x trials for the spiking neuron: every candidate hears the same spikes; losses and outcomes come back.
#pragma once

#include <span>
#include <vector>

#include "carve/evaluate/evaluator.hpp"
#include "carve/network/spiking_simulator.hpp"

namespace carve::evaluate {

/// How a lifetime that ended so is counted.
[[nodiscard]] task::Outcome outcome_of(network::Ending ending);

/// Simulates and scores. Const; the same bits for any number of threads and any order or grouping of candidates.
class SpikingEvaluator {
 public:
  /// rules: one or both of "excitation" and "inhibition", in this order, each is_linear; those that task.plastic names.
  /// The task must outlive the evaluator.
  SpikingEvaluator(const task::SpikingTask& task, const rule::RuleSet& rules);

  /// candidates: all parameter values of each candidate, those of the first rule first.
  [[nodiscard]] Evaluation evaluate(std::span<const std::vector<double>> candidates, const Trials& trials,
                                    const Workers& workers) const;

  /// Each candidate's lifetime in one trial: its spikes, and its weights at the end. `to_the_end`: it does not end
  /// early however it fires and however long it takes.
  [[nodiscard]] std::vector<network::SpikingLife> live(std::span<const std::vector<double>> candidates,
                                                       const task::Trial& trial, const Workers& workers,
                                                       bool to_the_end = false) const;

 private:
  const task::SpikingTask& task_;
  network::SpikingSimulator<float> simulator_;
};

}  // namespace carve::evaluate
