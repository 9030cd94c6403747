// The comparison's document as tables for people.
#pragma once

#include <string>

#include "carve/experiment/record_json.hpp"

namespace carve::experiment {

[[nodiscard]] std::string comparison_text(const Json& document);

}  // namespace carve::experiment
