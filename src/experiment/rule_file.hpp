// The rules of a finished run, without its experiment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carve/base/diagnostic.hpp"
#include "carve/rule/found_rule.hpp"

namespace carve::experiment {

/// All rules of a rule.toml, or of a run folder's, in the order of the file: between rate neurons or between spiking
/// ones, as each says. Reports what cannot be read, and numbers that are not fixed.
[[nodiscard]] std::optional<std::vector<rule::Rule>> read_rule_file(const std::string& path,
                                                                    base::Diagnostics& diagnostics);

}  // namespace carve::experiment
