// Rules between spiking neurons on one line of text, as the command line takes them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carve/base/diagnostic.hpp"
#include "carve/base/value.hpp"

namespace carve::experiment {

/// Reads "on_pre = 0.01*(x_post - 0.2); on_post = 0.01*x_pre; tau_pre = 20 ms; tau_post = 20 ms; w_max = 50": the keys
/// of [rule.NAME] with ; between them, formulas and quantities without quotes. "NAME: on_pre = ..." begins the rule of
/// a connection; with one connection its name may be left out. Returns a table per connection, in their order, each at
/// the place of its text; reports every mistake, and then returns nothing.
[[nodiscard]] std::optional<std::vector<base::Value>> read_event_text(const base::SourcePtr& text,
                                                                      const std::vector<std::string>& connections,
                                                                      base::Diagnostics& diagnostics);

}  // namespace carve::experiment
