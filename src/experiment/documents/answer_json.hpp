// What came of the answer's trials as parts of documents.
#pragma once

#include <string>
#include <vector>

#include "carve/experiment/answer/answer.hpp"
#include "carve/experiment/documents/json.hpp"

namespace carve::experiment {

/// Metrics by name, with the ranges they should be in.
[[nodiscard]] Json json_of(const std::vector<MetricEvidence>& metrics);
/// The stored form of the answer.
[[nodiscard]] std::string answer_text(const Answer& answer);

}  // namespace carve::experiment
