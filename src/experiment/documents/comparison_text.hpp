// The comparison's document as tables for people.
#pragma once

#include <string>
#include <string_view>

namespace carve::experiment {

/// document: JSON, Comparison::document.
[[nodiscard]] std::string comparison_text(std::string_view document);

}  // namespace carve::experiment
