// A recurrent network's evidence as a part of the run's document. See docs/reference/json.md.
#pragma once

#include <string>

#include "carve/experiment/answer/recurrent_evidence.hpp"

namespace carve::experiment {

/// The value of the key "recurrent", JSON.
[[nodiscard]] std::string recurrent_text(const RecurrentEvidence& evidence);

}  // namespace carve::experiment
