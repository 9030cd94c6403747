// Rules from the literature, ready to be named wherever a rule is asked for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "carve/base/value.hpp"
#include "carve/rule/found_rule.hpp"

namespace carve::experiment {

/// A rule of one connection, of any name, with all numbers fixed.
struct KnownRule {
  std::string name, brief;
  std::string cite;   // a key of docs/references.md
  std::string text;   // its rule.toml
  base::Table table;  // [rule.synapse] in it
  rule::Rule rule;    // of a connection called "synapse"

  /// Whether it acts at spikes; else at each step of a rate network.
  [[nodiscard]] bool spikes() const { return rule.space.events.has_value(); }
};

/// All of them, rate rules first.
[[nodiscard]] const std::vector<KnownRule>& library();

/// The rule of this name; null where there is none.
[[nodiscard]] const KnownRule* find_known_rule(std::string_view name);

}  // namespace carve::experiment
