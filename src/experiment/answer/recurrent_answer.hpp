// From a finished search with a recurrent network to an answer with its evidence.
#pragma once

#include <vector>

#include "carve/experiment/answer/answer.hpp"

namespace carve::experiment {

/// Chooses among `candidates` (all starts' guesses, then the best candidate) on trials that the search never saw, and
/// tries the chosen one, the same less one term each, and the reference on the validation trials. A function of the
/// experiment and the candidates alone.
[[nodiscard]] Answer find_recurrent_answer(const Experiment& experiment,
                                           const std::vector<std::vector<double>>& candidates,
                                           const evaluate::Workers& workers);

/// How many trials that keeps in memory at once.
[[nodiscard]] std::size_t recurrent_answer_trials(const Experiment& experiment);

/// judge() of a recurrent network. Its metrics: those of its activity and weights (task::network_metrics) over the
/// trials that finished, and the figures of the loss.
[[nodiscard]] Judged judge_recurrent(const Experiment& experiment, const rule::RuleSet& rules,
                                     const std::vector<double>& values, std::size_t trials,
                                     const evaluate::Workers& workers);

}  // namespace carve::experiment
