// Candidates x trials with exact gradients: how the mean loss of each candidate changes with what is searched.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "carve/evaluate/evaluator.hpp"

namespace carve::evaluate {

struct Gradients {
  Evaluation evaluation;      // to the bit what Evaluator says
  std::size_t dimension = 0;  // coordinates of the search: rule::search_coordinates
  /// [candidate][coordinate]: d mean loss / d coordinate. A trial in which the candidate failed adds nothing (the score
  /// of a failure says how long it took, and is flat), nor does one whose gradient is not finite; where these are more
  /// than a tenth of all, the candidate's slopes are not-a-number.
  std::vector<double> slopes;
};

/// Simulates, scores and goes back. Const; the same bits for any number of threads and any order or grouping of
/// candidates.
class GradientEvaluator {
 public:
  /// rules: one for each of network.connections(). The loss must have a gradient and outlive the evaluator.
  GradientEvaluator(const network::RateNetwork& network, const rule::RuleSet& rules, const task::Loss& loss);
  ~GradientEvaluator();

  /// candidates: all parameter values of each candidate, those of the first rule first.
  [[nodiscard]] Gradients evaluate(std::span<const std::vector<double>> candidates, const Trials& trials,
                                   const Workers& workers) const;

  class Implementation;

 private:
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace carve::evaluate
