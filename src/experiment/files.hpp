// Files of a run folder: written whole or not at all, by one process at a time.
#pragma once

#include <string>
#include <string_view>

namespace carve::experiment {

/// Writes a file beside its place and renames it there, so that a kill never leaves half of one. Throws
/// base::EnvironmentError.
void write_file(const std::string& path, std::string_view text);

/// The whole text of a file. Throws base::EnvironmentError.
[[nodiscard]] std::string read_file(const std::string& path);

/// One process at a time runs in a folder: an advisory lock on the folder itself, gone with its owner however that
/// ends.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

  /// False where another process holds it. True also where the file system knows no locks.
  [[nodiscard]] bool taken() const { return taken_; }

 private:
  int descriptor_ = -1;
  bool taken_ = true;
};

}  // namespace carve::experiment
