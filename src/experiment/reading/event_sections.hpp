// The sections of a file whose rules are between spiking neurons: [rule.NAME] and [reference.NAME] of each connection.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carve/experiment/experiment.hpp"
#include "carve/experiment/reading/sections.hpp"

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

  /// [loss]: `l1`, and a component with the rest; nullptr where that is wrong. sample: what the section may say.
  template <class Loss, class Context>
  std::unique_ptr<Loss> read_loss(const std::vector<const base::Component<Loss, Context>*>& list,
                                  const Context& context, const std::string& sample) {
    auto section = sections_.section("loss", "for example: " + sample);
    if (!section) return nullptr;
    base::Table own, resolved;
    experiment_.l1 = sections_.take(penalty_schema(), *section, "[loss]", own).l1;
    auto made = sections_.make(list, section->table, section->place, "kind", "loss", context, resolved,
                               Sections::names(penalty_schema()));
    for (const base::Entry& entry : own.entries) resolved.set(entry.key, entry.value);
    experiment_.resolved.set("loss", {resolved, {}});
    return made;
  }

 private:
  struct Penalty {
    double l1 = 0;
  };
  static const base::Schema<Penalty>& penalty_schema();

  Sections& sections_;
  Experiment& experiment_;
  std::vector<std::string> connections_;
  ReadEventRule& read_;
  bool rules_known_ = false;
};

}  // namespace carve::experiment
