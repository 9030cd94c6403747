// Columns of text for a terminal, and for a spreadsheet.
#pragma once

#include <string>
#include <vector>

namespace carve::experiment {

using TextRows = std::vector<std::vector<std::string>>;  // [row][column]; rows may end early

/// Columns as wide as their widest entry, two spaces between; numbers to the right.
[[nodiscard]] std::string aligned(const TextRows& rows, const std::vector<bool>& to_the_right);

/// Comma-separated values (RFC 4180), lines ended by a newline alone.
[[nodiscard]] std::string comma_separated(const TextRows& rows);

}  // namespace carve::experiment
