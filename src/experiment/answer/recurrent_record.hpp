// What came of one rule in a recurrent network, trial by trial: losses, outcomes, metrics.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "carve/experiment/answer/answer.hpp"
#include "carve/task/recurrent/recurrent_loss.hpp"

namespace carve::experiment {

/// What must be observed of a lifetime for its record.
inline constexpr task::Observation for_metrics{.responses = true, .recording = true};

struct RecurrentRecord {
  std::vector<double> losses;
  std::vector<task::Outcome> outcomes;
  std::vector<std::vector<task::Figure>> figures;  // [finished trial]
  std::vector<task::Figure> plausible;             // [trial]

  /// One more trial, observed for_metrics.
  void add(const task::RecurrentView& view);
  /// Those of further trials.
  void append(const RecurrentRecord& more);

  /// To send it to other ranks.
  [[nodiscard]] std::string pack() const;
  [[nodiscard]] static RecurrentRecord unpack(std::string_view bytes);

  /// The share of plausible lifetimes, and all figures over those that finished.
  [[nodiscard]] std::vector<MetricEvidence> metrics() const;
};

}  // namespace carve::experiment
