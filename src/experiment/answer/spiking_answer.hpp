// From a finished search with a spiking neuron to an answer with its evidence.
#pragma once

#include <span>
#include <vector>

#include "carve/experiment/answer/answer.hpp"

namespace carve::experiment {

/// Chooses among `candidates` (all starts' guesses, then the best candidate) on trials that the search never saw, and
/// tries all of them on the validation trials. A function of the experiment and the candidates alone.
[[nodiscard]] Answer find_spiking_answer(const Experiment& experiment,
                                         const std::vector<std::vector<double>>& candidates,
                                         const evaluate::Workers& workers);

/// How many trials that keeps in memory at once.
[[nodiscard]] std::size_t spiking_answer_trials(const Experiment& experiment);

/// judge() of a spiking neuron. Its metrics: the rate over the window that the loss looks at (Hz), and by which share
/// it misses the target.
[[nodiscard]] Judged judge_spiking(const Experiment& experiment, const evaluate::Evaluator& evaluator,
                                   const std::vector<double>& values, std::size_t trials,
                                   const evaluate::Workers& workers);

/// Spikes per second of one plastic input in a trial, on average; of inhibition where both populations are plastic.
[[nodiscard]] double plastic_input_rate(const task::SpikingTask& task, const task::Trial& trial);

}  // namespace carve::experiment
