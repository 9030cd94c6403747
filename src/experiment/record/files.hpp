// Files of a run folder: written whole or not at all, by one process at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace carve::experiment {

/// Writes a file beside its place and renames it there, so that a kill never leaves half of one. Throws
/// base::EnvironmentError.
void write_file(const std::string& path, std::string_view text);

/// The whole text of a file. Throws base::EnvironmentError.
[[nodiscard]] std::string read_file(const std::string& path);

/// One process at a time runs in a folder: a lock on its file run.lock, gone with its owner however that ends, and seen
/// by other hosts too where the disk is shared. The file stays, with a line for everyone who ran there.
class FolderLock {
 public:
  /// patience: seconds to go on trying for.
  explicit FolderLock(const std::string& folder, double patience = 0);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

  /// False where another process holds it. True also where the folder cannot be locked: then `certain` is false.
  [[nodiscard]] bool taken() const { return taken_; }
  [[nodiscard]] bool certain() const { return certain_; }

  /// Adds a line to run.lock: time, host and process. For people, and to count by.
  void sign() const;

 private:
  int descriptor_ = -1;
  bool taken_ = true;
  bool certain_ = false;
};

/// What run.lock says, to one who only looks: nobody is kept waiting by it.
struct FolderUse {
  bool held = false;      // somebody runs there now
  std::size_t times = 0;  // how often somebody began to
  std::string last;       // the last line: "2026-01-31T12:00:00Z host 4711"
};
[[nodiscard]] FolderUse folder_use(const std::string& folder);

/// The time of day in UTC: "2026-01-31T12:00:00Z".
[[nodiscard]] std::string now_text();

}  // namespace carve::experiment
