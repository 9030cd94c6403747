// What ends a lifetime from outside while it is being computed: its wall limit, and being told to stop.
#pragma once

#include <chrono>

#include "carve/evaluate/workers.hpp"
#include "carve/task/trial.hpp"

namespace carve::evaluate {

/// Watches over one lifetime, or over a block of them side by side, which begins when this is made. A wall limit is the
/// one place where a clock may decide what comes of a candidate; without one, results depend on no clock.
class LifetimeGuard {
 public:
  LifetimeGuard(const task::Trial& trial, const Workers& workers)
      : workers_(workers), limit_(trial.wall_limit.value), begin_(Clock::now()) {}

  /// True once the lifetime has taken longer than its limit. Throws as Workers::check does.
  [[nodiscard]] bool timed_out() const {
    workers_.check();
    return limit_ > 0 && std::chrono::duration<double>(Clock::now() - begin_).count() > limit_;
  }

 private:
  using Clock = std::chrono::steady_clock;
  const Workers& workers_;
  double limit_;  // s; 0: none
  Clock::time_point begin_;
};

}  // namespace carve::evaluate
