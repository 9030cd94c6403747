// Rules with all numbers fixed: of a finished run, a rule.toml, or text.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carve/base/diagnostic.hpp"
#include "carve/experiment/experiment.hpp"
#include "carve/rule/found_rule.hpp"

namespace carve::experiment {

/// All rules of a rule.toml, or of a run folder's, in the order of the file: between rate neurons or between spiking
/// ones, as each says. Or rules of the library by their names, with ; between them, or one rule as text (below).
/// Reports what cannot be read, and numbers that are not fixed.
[[nodiscard]] std::optional<std::vector<rule::Rule>> read_rule_file(const std::string& path,
                                                                    base::Diagnostics& diagnostics);

/// Rules with all numbers fixed, one for each that `experiment` searches: from rule.toml, a run folder's rule.toml, or
/// text: formulas in x, y, w with ; between them for a rate network, read_event_text for a spiking neuron, names of the
/// library with ; between them for both.
[[nodiscard]] std::optional<std::vector<rule::Rule>> read_rules(const std::string& path_or_text,
                                                                const Experiment& experiment,
                                                                base::Diagnostics& diagnostics);

}  // namespace carve::experiment
