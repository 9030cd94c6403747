// The threads of a run: a fixed number, or as many as this process may use.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace carve::evaluate {

class Workers {
 public:
  /// threads = 0: one per core that the process is allowed to run on.
  explicit Workers(int threads = 0);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  [[nodiscard]] int threads() const { return threads_; }

  /// Calls work(0) .. work(count - 1), each once, in any order and on any thread; returns when all are done.
  /// What `work` computes must not depend on the order.
  void each(std::size_t count, const std::function<void(std::size_t)>& work) const;

 private:
  struct Arena;
  int threads_;
  std::unique_ptr<Arena> arena_;
};

}  // namespace carve::evaluate
