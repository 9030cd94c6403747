// One of the workers of a sweep: it claims a run, brings it to its end, and takes the next.
#pragma once

#include <functional>
#include <string>

#include "carve/experiment/run.hpp"
#include "carve/experiment/sweep/sweep.hpp"

namespace carve::experiment {

struct SweepOptions {
  int threads = 0;                           // of each run; 0: one per core
  const evaluate::StopFlag* stop = nullptr;  // not 0: leave the run as Run::go does, and go
  bool retry = false;                        // try again what failed before
  std::function<void(const SweepPoint&, bool resumed)> on_begin;
  std::function<void(const SweepPoint&, const GenerationReport&)> on_generation;
  std::function<void(const SweepPoint&)> on_finish;
  std::function<void(const SweepPoint&, const std::string& why)> on_failure;
};

/// How a worker leaves a sweep.
struct SweepEnd {
  bool stopped = false;
  std::size_t finished = 0, failed = 0, elsewhere = 0;  // of all runs; elsewhere: others are at them
  bool bug = false;                                     // one of those that failed here did so by a mistake of ours
};

/// Works until every run is finished, has failed, or is in the hands of other workers. Any number of processes may do
/// so at once, on any hosts that share the folder. How a run is claimed: docs/decisions/0012-claims-by-locks.md.
/// Throws base::EnvironmentError where the folder itself cannot be used.
SweepEnd work_through(const std::string& folder, const SweepOptions& options);

}  // namespace carve::experiment
