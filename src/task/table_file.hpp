// A user's own numbers: a NumPy .npy array or a text table (CSV) as rows of samples.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carve/base/diagnostic.hpp"

namespace carve::task {

struct NumberTable {
  std::size_t rows = 0, columns = 0;
  std::vector<float> values;       // [row][column]
  std::vector<std::string> names;  // of the columns, where a text has them
};

/// Reads the file by its ending: .npy (two dimensions, C order, numbers of 1 to 8 bytes), anything else as text with
/// commas, semicolons, tabs or spaces between numbers and at most one line of names on top. Mistakes in a text are
/// reported at their line and column in it, others at `place`; then nothing is returned.
[[nodiscard]] std::optional<NumberTable> read_table(const std::string& path, const base::Span& place,
                                                    base::Diagnostics& diagnostics);

}  // namespace carve::task
