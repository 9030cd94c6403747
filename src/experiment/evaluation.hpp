// A given rule on an experiment's fresh trials, alone or beside known ones.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carve/experiment/answer/answer.hpp"

namespace carve::experiment {

/// What came of one rule, or of a baseline.
struct Evaluated {
  std::string name;               // as it was given
  std::vector<rule::Rule> rules;  // one per connection; or
  std::string baseline;
  double rate = 0;  // of the baseline, or the scale at which a known rule was tried; 0 where it was taken as it is
  Measured loss;
  std::vector<double> losses;  // [trial]
  task::OutcomeCounts outcomes{};
  std::vector<MetricEvidence> metrics;
};

/// Lets `rule` (anything that read_rules takes, or a baseline's name) live through the first `trials` validation
/// trials. With `at_best_scale` a rule between rate neurons is tried at several scales, on other trials, and the best
/// one counts: known rules have no learning rate that fits all tasks. Reports a rule that does not fit the experiment.
[[nodiscard]] std::optional<Evaluated> evaluate_rule(const Experiment& experiment, const std::string& rule,
                                                     bool at_best_scale, std::size_t trials,
                                                     const evaluate::Workers& workers, base::Diagnostics& diagnostics);

/// The baselines and rules of the library that fit the experiment's network and connections.
[[nodiscard]] std::vector<std::string> fitting_rules(const Experiment& experiment);

/// A rule on one file, and others on the same trials.
struct Beside {
  std::string file;
  Evaluated given;
  std::vector<Evaluated> others;
};

/// What `carve evaluate --json` prints: of one file, and of several or beside other rules.
[[nodiscard]] std::string evaluated_text(const Evaluated& evaluated);
[[nodiscard]] std::string beside_text(const std::string& rule, const std::vector<Beside>& files);

}  // namespace carve::experiment
