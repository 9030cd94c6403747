// What losses share that compare responses to familiar and to novel patterns.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carve/task/recurrent/recurrent_loss.hpp"

namespace carve::task {

using Response = std::vector<std::uint16_t>;  // [excitatory neuron]: spikes

/// The phase of that name, where it shows familiar and novel patterns at least once; says what is missing otherwise.
/// 0 where nothing is known of the task.
[[nodiscard]] std::optional<std::size_t> find_test_phase(const std::string& name, const RecurrentLossContext& context,
                                                         const base::Span& place, base::Diagnostics& diagnostics);

/// The mean of of(presentation, response) over the presentations of familiar patterns, or of novel ones, in a phase.
template <class Of>
[[nodiscard]] double mean_over_presentations(const RecurrentView& view, std::size_t phase, bool familiar, Of of) {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t k = 0; k < view.trial.presentations.size(); ++k) {
    const Presentation& shown = view.trial.presentations[k];
    if (shown.phase != phase || is_familiar(view.task, shown) != familiar) continue;
    sum += of(shown, view.lived.responses[k]);
    ++count;
  }
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

}  // namespace carve::task
