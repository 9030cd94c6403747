// The sections of a file whose network is a rate network.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carve/experiment/experiment.hpp"
#include "carve/experiment/reading/sections.hpp"

namespace carve::experiment {

/// Reads them into `experiment`, which has its network already where that is known. Both must outlive it.
class RateSections {
 public:
  RateSections(Sections& sections, Experiment& experiment, bool network_known)
      : sections_(sections),
        diagnostics_(sections.diagnostics()),
        experiment_(experiment),
        network_known_(network_known) {}

  /// [rule.feedforward] and, where there are such connections, [rule.lateral]; whether what is to be searched is known.
  bool read_rules();
  void read_trials();
  void read_loss();
  void read_reference();

  /// What [loss] and [reference] say beside the components that they name.
  [[nodiscard]] static std::vector<base::FieldInfo> loss_fields();
  [[nodiscard]] static std::vector<base::FieldInfo> reference_fields();

 private:
  /// What is known of the rules to be found: formulas, or a name for a baseline.
  struct Known {
    std::string name = "known rule", dw, lateral;
  };
  static const base::Schema<Known>& reference_schema();
  std::optional<Reference> read_baseline(const base::Value& value, const Known& known);
  std::optional<Reference> read_known_rules(const Section& section, const Known& known);
  /// scale * (formula), where the formula is all numbers.
  std::optional<rule::RuleSpace> scaled_rule(const std::string& name, const base::Value& formula);

  Sections& sections_;
  base::Diagnostics& diagnostics_;
  Experiment& experiment_;
  bool network_known_;
};

}  // namespace carve::experiment
