// What a search would take on many ranks, from lifetimes that were measured on this machine: a simulation of how pieces
// of work are claimed, done and made known, generation by generation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace carve::evaluate {

/// Measured times of pieces of work, in seconds: some blocks of candidates in some trials.
struct PieceSample {
  std::size_t blocks = 0, trials = 0;
  std::vector<double> seconds;  // [trial][block]

  [[nodiscard]] double mean() const;
  [[nodiscard]] double longest() const;
  /// Standard deviations as shares of the mean: of all, of the means of blocks, of the means of trials.
  [[nodiscard]] double spread() const;
  [[nodiscard]] double spread_of_blocks() const;
  [[nodiscard]] double spread_of_trials() const;
};

/// What there is to do. A generation has blocks x trials pieces.
struct Workload {
  PieceSample sample;
  std::size_t blocks = 1, trials = 1;
  std::uint64_t generations = 1;
  std::uint64_t redraw = 0;       // generations between fresh trials; 0: the same throughout
  double making = 0;              // s, of a trial; each rank makes those that it comes to
  double serial = 0;              // s, of what every rank does for itself in each generation: the search
  double result_bytes = 9;        // of what comes of a piece
  std::size_t answer_pieces = 0;  // that are done after the last generation
};

/// What messages between ranks take.
struct Interconnect {
  double latency = 20e-6;     // s, of a small message
  double bandwidth = 1e9;     // bytes per s, of a large one
  double handling = 3e-6;     // s, which the leader takes for a message
  bool courier_rests = true;  // messages are looked for every so often (docs/explanation/ranks.md)
};

struct Prediction {
  std::size_t ranks = 1, threads = 1;  // threads: of each rank
  double generation = 0;               // s, once trials are made
  double search = 0;                   // s, all generations, trials made where they must be
  double answer = 0;                   // s
  double core_hours = 0;
  double efficiency = 1;  // of the search: the time on one thread over (time x ranks x threads)
  // What a generation's time is made of: work shared out evenly; waiting for the last ones; the search; messages. And
  // what making trials adds to it, on average.
  double even = 0, uneven = 0, serial = 0, messages = 0, making = 0;
  [[nodiscard]] double seconds() const { return search + answer; }
};

/// A function of its arguments alone: lifetimes of the candidates and trials that were not measured are drawn from
/// those that were, by a fixed seed. Sample, ranks and threads must not be empty or 0.
[[nodiscard]] Prediction predict_time(const Workload& work, const Interconnect& network, std::size_t ranks,
                                      std::size_t threads);

/// Where more ranks stop helping, in one sentence: the number of ranks, of so many threads each, at which efficiency
/// falls below one half, and why.
[[nodiscard]] std::string where_it_breaks(const Workload& work, const Interconnect& network, std::size_t threads);

}  // namespace carve::evaluate
