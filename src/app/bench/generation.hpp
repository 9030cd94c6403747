// One generation of the standard experiment: what all whole-program comparisons run.
#pragma once

#include <memory>
#include <vector>

#include "carve/evaluate/evaluator.hpp"
#include "carve/experiment/experiment.hpp"

namespace carve::app {

/// 64 candidates near Oja's rule, 27 terms each, on trials of 1000 gaussian samples with 100 inputs.
struct Generation {
  explicit Generation(std::size_t trial_count);

  std::unique_ptr<experiment::Experiment> experiment;
  std::vector<std::vector<double>> candidates;
  std::vector<std::vector<float>> theta;  // [candidate][27], eta included, ordered by a, b, c
  evaluate::Trials trials;

  [[nodiscard]] std::size_t synapses() const { return static_cast<std::size_t>(experiment->network.inputs); }
  [[nodiscard]] std::size_t steps() const { return static_cast<std::size_t>(experiment->trials.steps); }
  [[nodiscard]] double updates() const;

  /// The weights that all candidates have learned in one trial: [candidate][synapse].
  [[nodiscard]] std::vector<float> learned(std::size_t trial) const;
};

}  // namespace carve::app
