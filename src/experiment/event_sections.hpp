// The sections of a file whose rules are between spiking neurons: [rule.NAME] and [reference.NAME] of each connection.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carve/experiment/experiment.hpp"
#include "carve/experiment/sections.hpp"

namespace carve::experiment {

/// Reads [rule.NAME] as a rule that a simulator can run.
using ReadEventRule = std::optional<rule::RuleSpace>(const std::string& name, const base::Table& table,
                                                     const base::Span& place, base::Diagnostics& diagnostics);

class EventSections {
 public:
  /// connections: those that may have a rule, in the order that rules get. All must outlive this.
  EventSections(Sections& sections, Experiment& experiment, std::vector<std::string> connections, ReadEventRule& read)
      : sections_(sections), experiment_(experiment), connections_(std::move(connections)), read_(read) {}

  /// Whether what is to be searched is known.
  bool read_rules();
  void read_reference();

 private:
  Sections& sections_;
  Experiment& experiment_;
  std::vector<std::string> connections_;
  ReadEventRule& read_;
  bool rules_known_ = false;
};

}  // namespace carve::experiment
