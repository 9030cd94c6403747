// Which pieces of work are handed out next: many at a time at first, one by one near the end; and when ranks ask.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <queue>
#include <utility>
#include <vector>

namespace carve::evaluate {

/// Pieces [first, first + count).
struct Pieces {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// Hands out pieces 0 .. count - 1, each once. Every rank has a stretch of them that it goes through first, the same
/// one whenever the same work comes again, so that what it has made for them (trials) is still there and others need
/// not make it too. The first half of it is its own without asking. Then it asks for more, many at a time at first, one
/// by one near the end (guided self-scheduling: Polychronopoulos and Kuck 1987); who is through with its own takes over
/// from the end of the stretch with most left.
class Schedule {
 public:
  /// group: so many neighbours share what takes time to make (a trial), so that one rank had better do them all.
  Schedule(std::size_t count, std::size_t group, std::size_t ranks)
      : group_(std::max<std::size_t>(1, group)), left_(count), ranks_(std::max<std::size_t>(1, ranks)) {
    const std::size_t whole = count / group_ < ranks_ ? 1 : group_;  // stretches are cut at multiples of it
    std::size_t begin = 0;
    for (std::size_t rank = 0; rank < ranks_; ++rank) {
      const std::size_t end = rank + 1 == ranks_ ? count : count / whole * (rank + 1) / ranks_ * whole;
      std::size_t first = (end - begin + 1) / 2;
      if (first >= group_) first = first / group_ * group_;
      firsts_.push_back({begin, first});
      stretches_.push_back({begin + first, end});
      left_ -= first;
      begin = end;
    }
  }

  [[nodiscard]] std::size_t group() const { return group_; }
  /// Pieces that are not handed out yet.
  [[nodiscard]] std::size_t left() const { return left_; }
  /// What a rank has without asking.
  [[nodiscard]] Pieces first(std::size_t rank) const { return firsts_[rank]; }

  /// At most `wanted` pieces, or a whole group where there are enough of them for all ranks. None where all are taken,
  /// or where those left are done sooner by those that have them. `making`: how many pieces could be done in the time
  /// that it takes to make what a group shares.
  Pieces take(std::size_t rank, std::size_t wanted, double making) {
    if (left_ == 0) return {};
    const std::size_t some = std::min(wanted, std::max<std::size_t>(1, left_ / (2 * ranks_)));
    const bool whole = left_ / ranks_ >= group_;
    Stretch& own = stretches_[rank];
    if (own.left() > 0) {
      const std::size_t rest = group_ - own.begin % group_;
      const std::size_t taken = std::min(own.left(), whole ? in_groups(some, rest) : some);
      left_ -= taken;
      return {std::exchange(own.begin, own.begin + taken), taken};
    }
    Stretch& other = stretches_[longest()];
    const std::size_t rest = (other.end - 1) % group_ + 1;
    std::size_t taken = whole ? in_groups(some, rest) : some;
    if (making >= 1 && rest <= other.left()) {
      taken = std::max(taken, rest);  // what the group shares is made here and not there
    } else if (rest > other.left()) {
      // It is made there already: both are through at the same time where this rank takes half of what making leaves.
      const double spare = (static_cast<double>(other.left()) - making) / 2;
      taken = std::min(taken, static_cast<std::size_t>(std::max(0.0, std::ceil(spare))));
    }
    taken = std::min(taken, other.left());
    left_ -= taken;
    return {other.end -= taken, taken};
  }

 private:
  /// Whose stretch has most left. In the heap a stretch may be longer than it is by now, never shorter.
  [[nodiscard]] std::size_t longest() {
    if (longest_.empty()) {
      for (std::size_t rank = 0; rank < ranks_; ++rank) longest_.emplace(stretches_[rank].left(), rank);
    }
    for (;;) {
      const auto [left, rank] = longest_.top();
      if (left == stretches_[rank].left()) return rank;
      longest_.pop();
      longest_.emplace(stretches_[rank].left(), rank);
    }
  }
  /// Whole groups, about `count` pieces, of which the first has `rest` left.
  [[nodiscard]] std::size_t in_groups(std::size_t count, std::size_t rest) const {
    return count < rest ? rest : rest + (count - rest) / group_ * group_;
  }

  struct Stretch {
    std::size_t begin = 0, end = 0;
    [[nodiscard]] std::size_t left() const { return end - begin; }
  };

  std::size_t group_, left_, ranks_;
  std::vector<Pieces> firsts_;                                        // [rank]
  std::vector<Stretch> stretches_;                                    // [rank], what is not handed out
  std::priority_queue<std::pair<std::size_t, std::size_t>> longest_;  // what is left of a stretch, and whose it is
};

/// A mean that follows what it measures. 0 before the first.
class RunningMean {
 public:
  void add(double value) { mean_ += (mean_ == 0 ? 1 : newest) * (value - mean_); }
  [[nodiscard]] double mean() const { return mean_; }

 private:
  static constexpr double newest = 0.3;  // weight of the newest value
  double mean_ = 0;
};

/// How long pieces of work take, in seconds.
class PieceTimes {
 public:
  /// first: of its group here, so that what the group shares was made too.
  void add(double seconds, bool first) {
    all_.add(seconds);
    (first ? firsts_ : others_).add(seconds);
  }
  [[nodiscard]] double mean() const { return all_.mean(); }
  /// What a group shares takes as long to make as so many pieces take to do.
  [[nodiscard]] double making() const {
    return others_.mean() > 0 ? std::max(0.0, firsts_.mean() / others_.mean() - 1) : 0;
  }

 private:
  RunningMean all_, firsts_, others_;
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
