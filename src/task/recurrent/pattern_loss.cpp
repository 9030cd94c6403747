#include "carve/task/recurrent/pattern_loss.hpp"

#include <algorithm>
#include <cmath>

namespace carve::task {

std::optional<std::size_t> find_test_phase(const std::string& name, const RecurrentLossContext& context,
                                           const base::Span& place, base::Diagnostics& diagnostics) {
  if (!context.task) return 0;
  const RecurrentTask& task = *context.task;
  const auto found =
      std::find_if(task.phases.begin(), task.phases.end(), [&](const Phase& each) { return each.name == name; });
  if (found == task.phases.end() || found->show != Shown::both) {
    diagnostics.error(place,
                      found == task.phases.end() ? "there is no phase called '" + name + "'"
                                                 : "the phase '" + name + "' does not show familiar and novel patterns",
                      "write { name = \"" + name + "\", duration = \"20 s\", show = \"both\" } in phases of [trials]");
    return std::nullopt;
  }
  const double showings = found->duration.value / (task.stimuli->on.value + task.stimuli->off.value);
  const double patterns = 2 * static_cast<double>(task.stimuli->patterns);
  if (showings + 1e-9 < patterns) {
    diagnostics.error(place, "the phase '" + name + "' is too short to show every pattern once",
                      "there are as many novel patterns as familiar ones");
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - task.phases.begin());
}

}  // namespace carve::task
