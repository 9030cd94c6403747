// Ranks that claim pieces of work, do them and hear what came of all, as ranks.hpp has it, in simulated time.
#pragma once

#include <deque>
#include <map>
#include <queue>
#include <span>
#include <vector>

#include "carve/evaluate/scaling.hpp"
#include "carve/evaluate/schedule.hpp"

namespace carve::evaluate {

class JobSimulation {
 public:
  JobSimulation(const Workload& work, const Interconnect& network, std::size_t ranks, std::size_t threads);

  /// Lets all ranks go through a generation with pieces of these lengths, [trial][block] in seconds, each from where it
  /// was. Returns the time between the leader's ends of the generation before and of this one.
  double generation(std::span<const double> pieces);

 private:
  enum class What { thread_begins, piece_done, claim_arrives, grant_arrives, results_arrive };
  struct Event {
    double time = 0;
    std::size_t number = 0;  // events at the same time happen in the order in which they were planned
    What what = What::thread_begins;
    std::size_t rank = 0;
    std::size_t results = 0;  // that come with a claim
    Pieces pieces;
    bool operator>(const Event& other) const {
      return time > other.time || (time == other.time && number > other.number);
    }
  };
  struct Rank {
    std::deque<std::size_t> queue;
    std::size_t waiting = 0, running = 0, unsent = 0;
    bool asked = false, ended = false;
    double asked_at = 0, waiting_since = 0;
    RunningMean round_trip;
    std::map<std::size_t, double> made;  // trial: when
    double begin = 0;                    // of the generation
  };

  void plan(Event event);
  void happen(const Event& event);
  void give_work(double now, std::size_t rank);
  void begin_piece(double now, std::size_t rank);
  void claim(double now, std::size_t rank);
  void tell_last(double now, std::size_t rank);
  void hear(double now, const Event& grant);
  static void receive(Rank& rank, const Pieces& pieces);
  double leader_handles(double now, std::size_t results);
  void spread_results();
  [[nodiscard]] double until_seen(std::size_t rank, double waited) const;
  [[nodiscard]] Claiming claiming(const Rank& rank) const { return {rank.round_trip.mean(), piece_, threads_}; }

  /// As PieceTimes has it.
  [[nodiscard]] double making() const { return piece_ > 0 ? work_.making / piece_ : 0; }

  const Workload& work_;
  Interconnect network_;
  std::size_t threads_;
  double piece_;  // s, the mean
  std::vector<Rank> ranks_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::size_t planned_ = 0;
  std::span<const double> pieces_;
  Schedule schedule_{0, 1, 1};
  std::size_t missing_ = 0;
  double leader_free_ = 0, last_message_ = 0, done_ = 0;
};

}  // namespace carve::evaluate
