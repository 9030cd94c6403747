// What `carve check --ranks` prints.
#pragma once

#include <span>
#include <string>

#include "carve/evaluate/scaling.hpp"

namespace carve::experiment {

/// What was measured, in two lines.
[[nodiscard]] std::string lifetimes_text(const evaluate::Workload& work);
/// One row per prediction.
[[nodiscard]] std::string scaling_table(std::span<const evaluate::Prediction> predictions);
/// Further members of the JSON object, from the comma on: docs/reference/json.md.
[[nodiscard]] std::string scaling_json(const evaluate::Workload& work, const evaluate::Interconnect& network,
                                       std::span<const evaluate::Prediction> predictions, const std::string& breaks);

/// A time as people say it: 340 ms, 12 s, 5.2 min, 3.1 h, 12 days.
[[nodiscard]] std::string duration_text(double seconds);

}  // namespace carve::experiment
