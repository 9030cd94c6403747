#include "carve/evaluate/job_simulation.hpp"

#include <algorithm>

#include "carve/evaluate/looking.hpp"
#include "carve/evaluate/message_tree.hpp"

namespace carve::evaluate {

JobSimulation::JobSimulation(const Workload& work, const Interconnect& network, std::size_t ranks, std::size_t threads)
    : work_(work), network_(network), threads_(threads), piece_(work.sample.mean()), ranks_(ranks) {
  for (Rank& each : ranks_) each.round_trip.add(2 * network.latency + network.handling);
}

void JobSimulation::plan(Event event) {
  event.number = planned_++;
  events_.push(event);
}

double JobSimulation::generation(std::span<const double> pieces) {
  const double before = done_;
  pieces_ = pieces;
  schedule_ = Schedule(pieces.size(), work_.blocks, ranks_.size());
  missing_ = pieces.size();
  for (std::size_t r = 0; r < ranks_.size(); ++r) {
    ranks_[r].asked = false;
    ranks_[r].ended = schedule_.left() == 0;
    ranks_[r].waiting = 0;
    receive(ranks_[r], schedule_.first(r));
    for (std::size_t thread = 0; thread < threads_; ++thread)
      plan({.time = ranks_[r].begin + work_.serial, .what = What::thread_begins, .rank = r});
  }
  while (!events_.empty()) {
    const Event event = events_.top();
    events_.pop();
    happen(event);
  }
  spread_results();
  return done_ - before;
}

void JobSimulation::happen(const Event& event) {
  Rank& rank = ranks_[event.rank];
  switch (event.what) {
    case What::thread_begins:
      ++rank.waiting;
      give_work(event.time, event.rank);
      break;
    case What::piece_done:
      --rank.running;
      ++rank.waiting;
      if (event.rank != 0) ++rank.unsent;
      else if (--missing_ == 0) done_ = event.time;
      give_work(event.time, event.rank);
      break;
    case What::claim_arrives: {
      const double answered = leader_handles(event.time, event.results);
      plan({.time = answered + network_.latency + until_seen(event.rank, answered - rank.waiting_since),
            .what = What::grant_arrives,
            .rank = event.rank,
            .pieces = schedule_.take(event.rank, claiming(rank).wish(rank.waiting), making())});
      break;
    }
    case What::grant_arrives: hear(event.time, event); break;
    case What::results_arrive: (void)leader_handles(event.time, event.results); break;
  }
}

void JobSimulation::hear(double now, const Event& grant) {
  Rank& rank = ranks_[grant.rank];
  rank.round_trip.add(now - rank.asked_at);
  rank.asked = false;
  rank.ended = grant.pieces.count == 0;
  receive(rank, grant.pieces);
  give_work(now, grant.rank);
}

void JobSimulation::receive(Rank& rank, const Pieces& pieces) {
  for (std::size_t i = 0; i < pieces.count; ++i) rank.queue.push_back(pieces.first + i);
}

/// Lets waiting threads begin what there is, and claims more where that runs out.
void JobSimulation::give_work(double now, std::size_t r) {
  Rank& rank = ranks_[r];
  while (rank.waiting > 0) {
    if (r == 0 && rank.queue.empty()) {  // the leader takes without a message
      receive(rank, schedule_.take(0, 1, making()));
    }
    if (rank.queue.empty()) break;
    begin_piece(now, r);
  }
  if (r == 0) return;
  if (rank.running == 0) rank.waiting_since = now;
  if (rank.ended && rank.queue.empty()) {
    if (rank.running == 0) tell_last(now, r);
    return;
  }
  if (rank.waiting > 0 || rank.queue.size() < claiming(rank).reserve()) claim(now, r);
}

void JobSimulation::begin_piece(double now, std::size_t r) {
  Rank& rank = ranks_[r];
  const std::size_t piece = rank.queue.front();
  rank.queue.pop_front();
  --rank.waiting;
  ++rank.running;
  // The first thread to come to a trial makes it; others wait for that.
  const auto [made, first] = rank.made.try_emplace(piece / work_.blocks, now + work_.making);
  const double end = std::max(now, made->second) + pieces_[piece];
  plan({.time = end, .what = What::piece_done, .rank = r});
}

void JobSimulation::claim(double now, std::size_t r) {
  Rank& rank = ranks_[r];
  if (rank.asked) return;
  rank.asked = true;
  rank.asked_at = now;
  plan({.time = now + network_.latency, .what = What::claim_arrives, .rank = r, .results = rank.unsent});
  rank.unsent = 0;
}

void JobSimulation::tell_last(double now, std::size_t r) {
  Rank& rank = ranks_[r];
  if (rank.unsent == 0) return;
  plan({.time = now + network_.latency, .what = What::results_arrive, .rank = r, .results = rank.unsent});
  rank.unsent = 0;
}

/// Half of the wait between two looks of a rank, the mean.
double JobSimulation::until_seen(std::size_t rank, double waited) const {
  if (!network_.courier_rests) return 0;
  return 0.5 * (ranks_[rank].running > 0 ? std::min(piece_, look_beside_work) : until_next_look(std::max(waited, 0.0)));
}

/// When the leader, which handles one message after the other, is through with this one.
double JobSimulation::leader_handles(double now, std::size_t results) {
  const double begin = std::max(now + until_seen(0, now - last_message_), leader_free_);
  last_message_ = now;
  leader_free_ = begin + network_.handling + static_cast<double>(results) * work_.result_bytes / network_.bandwidth;
  missing_ -= results;
  if (missing_ == 0 && results > 0) done_ = leader_free_;
  return leader_free_;
}

/// Down the tree: each rank sends one copy after the other.
void JobSimulation::spread_results() {
  const double bytes = static_cast<double>(pieces_.size()) * (work_.result_bytes + sizeof(std::uint64_t));
  ranks_.front().begin = done_;
  for (std::size_t r = 0; r < ranks_.size(); ++r) {
    double sent = ranks_[r].begin;
    for (const int child : children_of(static_cast<int>(r), static_cast<int>(ranks_.size()))) {
      Rank& other = ranks_[static_cast<std::size_t>(child)];
      sent += network_.handling + bytes / network_.bandwidth;
      const auto at = static_cast<std::size_t>(child);
      other.begin = sent + network_.latency + until_seen(at, sent - other.waiting_since);
    }
  }
}

}  // namespace carve::evaluate
