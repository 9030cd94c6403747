// Pieces of work that all ranks work through together, as one rank sees them.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "carve/evaluate/messages.hpp"
#include "carve/evaluate/schedule.hpp"

namespace carve::evaluate {

struct Job {
  using Clock = std::chrono::steady_clock;
  struct Begun {
    Clock::time_point at;
    bool first;  // of its group, here
  };

  Job(std::size_t count, std::size_t group, int rank, int ranks)
      : results(count), schedule(count, group, static_cast<std::size_t>(ranks)), missing(count) {
    receive(schedule.first(static_cast<std::size_t>(rank)));
    ended = schedule.left() == 0;
  }

  std::vector<std::string> results;  // [piece]
  bool complete = false;             // all of them are here
  // Of the leader:
  Schedule schedule;
  std::size_t missing;
  // Pieces that this rank has claimed:
  std::deque<std::size_t> queue;
  std::map<std::size_t, Begun> begun;
  std::set<std::size_t> groups;     // that were begun here
  std::vector<std::size_t> unsent;  // done, which the leader does not know
  std::size_t running = 0, waiting = 0;
  bool ended;  // there is nothing to claim
  bool wanted = false, asked = false;
  Clock::time_point asked_at;

  /// The leader's own threads take pieces without a message.
  void take(double making) {
    const Pieces pieces = schedule.take(0, 1, making);
    receive(pieces);
    if (pieces.count == 0) ended = true;
  }
  void receive(const Pieces& pieces) {
    for (std::size_t i = 0; i < pieces.count; ++i) queue.push_back(pieces.first + i);
  }

  /// Begins a piece, where one is there.
  [[nodiscard]] std::optional<std::size_t> begin() {
    if (queue.empty()) return std::nullopt;
    const std::size_t piece = queue.front();
    queue.pop_front();
    ++running;
    begun[piece] = {Clock::now(), groups.insert(piece / schedule.group()).second};
    return piece;
  }
  /// Ends it; returns when it began.
  Begun end(std::size_t piece, std::string bytes) {
    --running;
    results[piece] = std::move(bytes);
    return begun.extract(piece).mapped();
  }

  /// No claimed piece is left to do, and there will be no more.
  [[nodiscard]] bool through() const { return ended && queue.empty() && running == 0; }
  /// Whether the leader is to be asked for pieces now; or told what was done last.
  [[nodiscard]] bool asks() const { return wanted && !asked && !ended; }
  [[nodiscard]] bool tells_last() const { return through() && !unsent.empty(); }
  /// Asks for so many pieces and says what was done since.
  [[nodiscard]] Claim claim(std::uint64_t number, std::size_t wish) {
    Claim made{number, results.size(), schedule.group(), wish, {}};
    for (const std::size_t piece : unsent) made.done.emplace_back(piece, results[piece]);
    unsent.clear();
    asked = asked || wish > 0;
    asked_at = Clock::now();
    return made;
  }
};

}  // namespace carve::evaluate
