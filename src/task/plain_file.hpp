// Data files are plain files: a folder holds no numbers, and a pipe or a device might never end.
#pragma once

#include <filesystem>
#include <string>

namespace carve::task {

/// Why `path` cannot be read as a plain file, or nothing where it can, as far as its kind says.
[[nodiscard]] inline std::string why_no_plain_file(const std::string& path) {
  std::error_code code;
  const std::filesystem::file_status status = std::filesystem::status(path, code);
  if (std::filesystem::is_regular_file(status)) return {};
  if (status.type() == std::filesystem::file_type::not_found)
    return "cannot read '" + path + "': No such file or directory";
  if (code) return "cannot read '" + path + "': " + code.message();
  return "'" + path + "' is " + (std::filesystem::is_directory(status) ? "a folder" : "no plain file");
}

}  // namespace carve::task
