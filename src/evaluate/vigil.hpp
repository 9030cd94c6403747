// Watching for ranks that give no sign of life.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

namespace carve::evaluate {

/// What one rank knows of the others: the leader watches all, they watch the leader.
class Vigil {
 public:
  using Clock = std::chrono::steady_clock;

  Vigil() = default;
  Vigil(int rank, int size, double timeout)
      : rank_(rank),
        timeout_(timeout),
        heard_(static_cast<std::size_t>(size), Clock::now()),
        last_look_(Clock::now()),
        last_beat_(last_look_) {}

  /// Something came from a rank.
  void heard(int from) { heard_[static_cast<std::size_t>(from)] = Clock::now(); }

  /// Whether it is time to give a sign of life, which is then taken as given.
  [[nodiscard]] bool beat_is_due() {
    if (seconds_since(last_beat_) * beats_per_timeout <= timeout_) return false;
    last_beat_ = Clock::now();
    return true;
  }
  /// Those that this rank watches, and that watch it.
  [[nodiscard]] std::vector<int> watched() const {
    if (rank_ != 0) return {0};
    std::vector<int> others;
    for (int other = 1; other < static_cast<int>(heard_.size()); ++other) others.push_back(other);
    return others;
  }

  /// Seconds without a sign of life after which this rank takes another for lost. Ranks other than the leader complain
  /// later, so that one message comes of a hung leader, not one per rank.
  [[nodiscard]] double patience() const {
    return rank_ == 0 ? timeout_ : timeout_ * (1 + later * std::min(rank_, latest));
  }

  /// A rank that has been silent for too long. To be called often: having been stopped oneself says nothing about
  /// others.
  [[nodiscard]] std::optional<int> look() {
    if (seconds_since(last_look_) > timeout_ / 2) heard_.assign(heard_.size(), Clock::now());
    last_look_ = Clock::now();
    for (const int other : watched()) {
      if (seconds_since(heard_[static_cast<std::size_t>(other)]) >= patience()) return other;
    }
    return std::nullopt;
  }

  static constexpr double beats_per_timeout = 5;

 private:
  static constexpr double later = 0.1;
  static constexpr int latest = 10;
  static double seconds_since(Clock::time_point then) {
    return std::chrono::duration<double>(Clock::now() - then).count();
  }

  int rank_ = 0;
  double timeout_ = 0;                    // s
  std::vector<Clock::time_point> heard_;  // [rank]
  Clock::time_point last_look_, last_beat_;
};

}  // namespace carve::evaluate
