#include "carve/experiment/record/files.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include "carve/base/error.hpp"

namespace carve::experiment {
namespace {

[[noreturn]] void fail(const char* what, const std::string& path) {
  const int why = errno;
  throw base::EnvironmentError(why == ENOSPC ? fmt::format("the disk is full: cannot write '{}'", path)
                                             : fmt::format("cannot {} '{}': {}", what, path, std::strerror(why)));
}

std::string lock_path(const std::string& folder) { return (std::filesystem::path(folder) / "run.lock").string(); }

struct flock whole_file() {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  return whole;
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

// Of the kinds of locks, those of an open file description (fcntl) are the ones that also hold on network disks, where
// flock wants more, and that closing another descriptor of the file does not drop.
FolderLock::FolderLock(const std::string& folder, double patience)
    : descriptor_(open(lock_path(folder).c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) return;
  const auto start = std::chrono::steady_clock::now();
  for (;;) {
    struct flock whole = whole_file();
    const bool done = fcntl(descriptor_, F_OFD_SETLK, &whole) == 0;
    const bool held = !done && (errno == EAGAIN || errno == EACCES);
    taken_ = !held;
    certain_ = done || held;
    const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - start;
    if (taken_ || waited.count() >= patience) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), taken_(other.taken_), certain_(other.certain_) {}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

void FolderLock::sign() const {
  char host[256] = "";
  if (descriptor_ < 0 || gethostname(host, sizeof host - 1) != 0) return;
  const std::string line = fmt::format("{} {} {}\n", now_text(), host, getpid());
  [[maybe_unused]] const ssize_t written =
      write(descriptor_, line.data(), line.size());  // a full disk is told elsewhere
}

FolderUse folder_use(const std::string& folder) {
  FolderUse use;
  const int descriptor = open(lock_path(folder).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return use;
  struct flock whole = whole_file();
  use.held = fcntl(descriptor, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
  close(descriptor);
  std::ifstream file(lock_path(folder));
  for (std::string line; std::getline(file, line); ++use.times) use.last = line;
  return use;
}

std::string now_text() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace carve::experiment
