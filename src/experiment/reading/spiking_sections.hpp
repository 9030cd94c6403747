// The sections of a file whose network is a spiking neuron.
#pragma once

#include <optional>
#include <string>

#include "carve/experiment/reading/event_sections.hpp"

namespace carve::experiment {

/// Reads them into `experiment`, whose spiking task has its neuron already. Both must outlive it.
class SpikingSections {
 public:
  SpikingSections(Sections& sections, Experiment& experiment);

  /// [rule.excitation], [rule.inhibition] or both; whether what is to be searched is known.
  bool read_rules();
  void read_trials();
  void read_loss();
  void read_reference() { events_.read_reference(); }

 private:
  Sections& sections_;
  Experiment& experiment_;
  EventSections events_;
};

/// Reads [rule.NAME] as a rule between spiking neurons that the simulator can run.
[[nodiscard]] std::optional<rule::RuleSpace> read_spiking_rule(const std::string& name, const base::Table& table,
                                                               const base::Span& place, base::Diagnostics& diagnostics);

}  // namespace carve::experiment
