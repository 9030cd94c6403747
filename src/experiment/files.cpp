#include "carve/experiment/files.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

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
    file.close();
    if (!file) {
      const int why = errno;
      std::remove(aside.c_str());  // on a full disk, every byte is needed
      errno = why;
      fail("write", path);
    }
  }
  std::error_code code;
  std::filesystem::rename(aside, path, code);
  if (code) throw base::EnvironmentError(fmt::format("cannot write '{}': {}", path, code.message()));
}

std::string read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file && file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
  if (file.bad() || !file.is_open() || !text) fail("read", path);
  return text.str();
}

FolderLock::FolderLock(const std::string& folder)
    : descriptor_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (descriptor_ < 0) return;
  // 'carve show' holds it for a moment to see whether a run is alive: so it is tried more than once.
  for (int attempt = 0; attempt < 5; ++attempt) {
    taken_ = flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
    if (taken_) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), taken_(other.taken_) {}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace carve::experiment
