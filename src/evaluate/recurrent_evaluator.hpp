// Candidates x trials for recurrent networks: one candidate in one trial is one piece of work.
#pragma once

#include <span>
#include <vector>

#include "carve/evaluate/evaluator.hpp"
#include "carve/task/recurrent/recurrent_loss.hpp"

namespace carve::evaluate {

/// Simulates and scores. Const; the same bits for any number of threads and any order of candidates.
class RecurrentEvaluator {
 public:
  /// rules: those of the task's plastic connections by name (RecurrentNetwork::name_of), in the order of its
  /// projections. The task must outlive the evaluator.
  RecurrentEvaluator(const task::RecurrentTask& task, const rule::RuleSet& rules);

  /// candidates: all parameter values of each candidate, those of the first rule first.
  [[nodiscard]] Evaluation evaluate(std::span<const std::vector<double>> candidates, const Trials& trials,
                                    const Workers& workers) const;

  /// One lifetime, observed as the loss needs and as `more` says; it is cut short where it takes longer than the
  /// trial's wall limit. Throws as Workers::check does, soon after there is reason to.
  [[nodiscard]] task::RecurrentLived live(std::span<const double> candidate, const task::Trial& trial,
                                          const Workers& workers, const task::Observation& more = {}) const;

 private:
  const task::RecurrentTask& task_;
  network::ProjectionRules rules_;
};

}  // namespace carve::evaluate
