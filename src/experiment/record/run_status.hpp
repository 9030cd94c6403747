// How far a run is, for who looks at its folder from anywhere: nothing is written there, and nobody is kept waiting.
#pragma once

#include <cstdint>
#include <string>

#include "carve/experiment/answer/measure.hpp"
#include "carve/experiment/sweep/sweep.hpp"

namespace carve::experiment {

struct RunStatus {
  std::string name, folder;
  /// waiting: not begun · running · interrupted: begun, and nobody is at it · failed: a sweep gave it up · finished
  std::string state;
  bool confirming = false;  // the search is over
  std::uint64_t generation = 0, generations = 0, evaluations = 0;
  double last = 0, best = 0;          // least loss of the last generation, and of all; NaN before the first
  double seconds = 0;                 // of all generations
  double seconds_per_generation = 0;  // lately; NaN before the first
  double seconds_left = 0;            // of the search; NaN where nobody knows
  std::string committed;              // when a generation was last saved, UTC; may be empty
  std::string where;                  // time, host and process of who began last; may be empty
  Measured validation;                // of the answer; NaN where there is none
  std::string problem;                // why it failed, or cannot be read now
  bool readable = true;
};

/// Of a folder that holds a run, or is going to. A record that was left half-written is read as it was before; one that
/// cannot be read is told as the problem, not thrown.
[[nodiscard]] RunStatus read_status(const std::string& folder);

[[nodiscard]] std::string status_json(const RunStatus& status);
[[nodiscard]] std::string status_text(const RunStatus& status);

/// The same of a sweep: counts, and a line for each run that is on its way.
[[nodiscard]] std::string sweep_status_json(const std::string& folder);
[[nodiscard]] std::string sweep_status_text(const std::string& folder);

/// What a worker of a sweep writes down where a run fails through no stop: the run is left alone from then on.
inline constexpr const char* failure_note = "failed.txt";

}  // namespace carve::experiment
