// Files of a run folder: written whole or not at all.
#pragma once

#include <string>
#include <string_view>

namespace carve::experiment {

/// Writes a file beside its place and renames it there, so that a kill never leaves half of one. Throws
/// base::EnvironmentError.
void write_file(const std::string& path, std::string_view text);

/// The whole text of a file. Throws base::EnvironmentError.
[[nodiscard]] std::string read_file(const std::string& path);

}  // namespace carve::experiment
