// All rules that a run ended at, not only the one that it chose: a family of solutions, or of attempts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carve/base/diagnostic.hpp"
#include "carve/rule/found_rule.hpp"

namespace carve::experiment {

struct Start {
  std::string label;              // "start 3", "best candidate"
  std::vector<rule::Rule> rules;  // one per connection
};

/// Where each start of the finished run in `folder` ended, and its best candidate. Reports a run that is not finished.
/// Throws base::EnvironmentError where the record is damaged.
[[nodiscard]] std::optional<std::vector<Start>> read_starts(const std::string& folder, base::Diagnostics& diagnostics);

}  // namespace carve::experiment
