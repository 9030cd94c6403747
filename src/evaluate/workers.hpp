// Who does the work of a run: threads, a fixed number or as many as this process may use, and those of other ranks;
// they stop between work items, and within long ones, when told to.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carve::evaluate {

/// Thrown by Workers::each where it was told to stop: what was being computed is abandoned, and nobody is at fault.
class Stopped : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "stopped"; }
};

/// Not 0: stop. Whoever sets it, a signal handler for instance, outlives those who look at it.
using StopFlag = std::atomic<int>;

class Ranks;

/// Pieces of work that ranks share, each of which leaves its results in places of its own.
struct SharedWork {
  std::size_t count = 0;
  std::size_t group = 1;                                      // so many neighbours share what takes time to make
  std::function<void(std::size_t)> work;                      // does one piece
  std::function<std::string(std::size_t)> pack;               // its results as bytes
  std::function<void(std::size_t, std::string_view)> unpack;  // takes those of a piece that was done elsewhere
};

/// The processor time that the calling thread spends on `work`, in seconds: what else runs on the machine hardly
/// counts.
[[nodiscard]] double processor_seconds(const std::function<void()>& work);

class Workers {
 public:
  /// threads = 0: one per core that the process is allowed to run on. stop: looked at before each work item.
  explicit Workers(int threads = 0, const StopFlag* stop = nullptr);
  /// The threads of one of several ranks, which know how many they are and when to stop; they must outlive the workers.
  explicit Workers(Ranks& ranks);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  [[nodiscard]] int threads() const { return threads_; }
  /// For long pieces of work to call every so often: throws Stopped where told to stop, and base::EnvironmentError
  /// where a rank is lost.
  void check() const;
  /// The ranks that share the work; nullptr where this process is alone.
  [[nodiscard]] Ranks* ranks() const { return ranks_; }
  /// How many processes share the work.
  [[nodiscard]] std::size_t processes() const;
  /// False on all ranks but one: what only concerns the record need not be computed there.
  [[nodiscard]] bool lead() const;

  /// Calls work(0) .. work(count - 1), each once, in any order and on any thread; returns when all are done.
  /// What `work` computes must not depend on the order. Throws Stopped where it was told to stop before the last began.
  void each(std::size_t count, const std::function<void(std::size_t)>& work) const;

  /// Has `share` tell of each piece that this process does alone, and how many seconds of processor time it took; on
  /// the thread that did it.
  void watch_pieces(std::function<void(std::size_t, double)> watch) { watch_ = std::move(watch); }

  /// Does all pieces, each once, on any thread of any rank; returns when the results of all are here. Every rank must
  /// call this with the same pieces. Throws Stopped as `each` does.
  void share(const SharedWork& pieces) const;
  /// The same where what comes of a piece is a few numbers: work(piece, places) fills places that are 0. Returns
  /// [piece][width].
  [[nodiscard]] std::vector<double> share(std::size_t count, std::size_t group, std::size_t width,
                                          const std::function<void(std::size_t, std::span<double>)>& work) const;

 private:
  struct Arena;
  [[nodiscard]] bool stopping() const { return stop_ && stop_->load(std::memory_order_relaxed) != 0; }

  int threads_;
  const StopFlag* stop_;
  Ranks* ranks_ = nullptr;
  std::unique_ptr<Arena> arena_;
  std::function<void(std::size_t, double)> watch_;
};

}  // namespace carve::evaluate
