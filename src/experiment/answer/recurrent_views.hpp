// Lifetimes of a recurrent network as reports show them.
#pragma once

#include <optional>

#include "carve/experiment/answer/recurrent_evidence.hpp"
#include "carve/rule/rule_set.hpp"
#include "carve/task/trial.hpp"

namespace carve::experiment {

/// What must be observed of a lifetime that is shown.
inline constexpr task::Observation for_views{.responses = true, .recording = true, .raster = true, .weight_looks = 25};

/// One trial, lived through by the answer (observed for_views), by no rule, and by the reference if there is one.
struct RecurrentLives {
  task::RecurrentLived found, still;
  std::optional<task::RecurrentLived> known;
};

/// What all lifetimes have in common.
[[nodiscard]] RecurrentEvidence recurrent_frame(const task::RecurrentTask& task, const rule::RuleSet& rules);
[[nodiscard]] RecurrentTrialView recurrent_view(const task::RecurrentTask& task, const task::Trial& trial,
                                                const RecurrentLives& lives);

}  // namespace carve::experiment
