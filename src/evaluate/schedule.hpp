// Which pieces of work are handed out next: many at a time at first, one by one near the end; and when ranks ask.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace carve::evaluate {

/// Pieces [first, first + count).
struct Pieces {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// Hands out pieces 0 .. count - 1 in order to ranks that ask (guided self-scheduling: Polychronopoulos and Kuck 1987).
class Schedule {
 public:
  /// group: so many neighbours share what takes time to make (a trial), so that one rank had better do them all.
  Schedule(std::size_t count, std::size_t group, std::size_t ranks)
      : count_(count), group_(std::max<std::size_t>(1, group)), ranks_(std::max<std::size_t>(1, ranks)) {}

  [[nodiscard]] std::size_t group() const { return group_; }

  /// At most `wanted` pieces, or a whole group where there are enough of them for all ranks; none where all are taken.
  Pieces take(std::size_t wanted) {
    const std::size_t left = count_ - next_;
    std::size_t taken = std::min(wanted, std::max<std::size_t>(1, left / (2 * ranks_)));
    const std::size_t rest = group_ - next_ % group_;  // of the group that is next
    if (left / ranks_ >= group_) taken = taken < rest ? rest : rest + (taken - rest) / group_ * group_;
    taken = std::min(taken, left);
    next_ += taken;
    return {next_ - taken, taken};
  }

 private:
  std::size_t count_, group_, ranks_, next_ = 0;
};

/// When a rank claims pieces, and how many: a claim takes a round trip, for which it waits at most a small share of the
/// time of what it gets.
struct Claiming {
  static constexpr double waiting_share = 0.05;

  double round_trip = 0;  // s, of a claim; 0 where none has been answered yet
  double piece = 0;       // s, of a piece; 0 where none is done yet
  std::size_t threads = 1;

  /// Pieces that this rank gets through during one claim.
  [[nodiscard]] double pieces_per_claim() const {
    return piece > 0 ? round_trip * static_cast<double>(threads) / piece : 0;
  }
  /// It claims more while it has fewer than these; none where a claim hardly matters beside a piece.
  [[nodiscard]] std::size_t reserve() const {
    if (pieces_per_claim() < waiting_share * static_cast<double>(threads)) return 0;
    return static_cast<std::size_t>(std::ceil(pieces_per_claim()));
  }
  /// How many it asks for while so many of its threads wait.
  [[nodiscard]] std::size_t wish(std::size_t waiting) const {
    const auto worth_it = static_cast<std::size_t>(std::ceil(pieces_per_claim() / waiting_share));
    return std::max({waiting, worth_it, piece == 0 ? threads : std::size_t{1}});
  }
};

}  // namespace carve::evaluate
