// The sections of a file whose network is recurrent.
#pragma once

#include "carve/experiment/reading/event_sections.hpp"

namespace carve::experiment {

/// Reads them into `experiment`, whose recurrent task has its network already. Both must outlive it.
class RecurrentSections {
 public:
  RecurrentSections(Sections& sections, Experiment& experiment);

  /// [rule."FROM->TO"] of any connections; whether what is to be searched is known.
  bool read_rules() { return rules_known_ = events_.read_rules(); }
  void read_trials();
  void read_loss();
  void read_reference() { events_.read_reference(); }

 private:
  void read_phases(const Section& trials, base::Table& resolved);
  /// Says which connections a phase calls plastic have no rule.
  void check_plastic(const base::Table& phase);
  void read_stimuli(const Section& trials, base::Table& resolved);
  void read_inputs(const Section& trials, base::Table& resolved);

  Sections& sections_;
  Experiment& experiment_;
  EventSections events_;
  bool rules_known_ = false;
  bool trials_known_ = false;
};

}  // namespace carve::experiment
