#include "carve/experiment/files.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "carve/base/error.hpp"

namespace carve::experiment {
namespace {

[[noreturn]] void fail(const char* what, const std::string& path) {
  const int why = errno;
  throw base::EnvironmentError(why == ENOSPC ? fmt::format("the disk is full: cannot write '{}'", path)
                                             : fmt::format("cannot {} '{}': {}", what, path, std::strerror(why)));
}

}  // namespace

void write_file(const std::string& path, std::string_view text) {
  const std::string aside = path + ".part";
  errno = 0;
  {
    std::ofstream file(aside, std::ios::binary | std::ios::trunc);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.flush();
    if (!file) fail("write", path);
  }
  std::error_code code;
  std::filesystem::rename(aside, path, code);
  if (code) throw base::EnvironmentError(fmt::format("cannot write '{}': {}", path, code.message()));
}

std::string read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file || !text) fail("read", path);
  return text.str();
}

}  // namespace carve::experiment
