// One run as its record has it, for holding it beside others: what it found, and what can be compared.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "carve/base/error.hpp"
#include "carve/experiment/answer/measure.hpp"
#include "carve/experiment/record/records.hpp"

namespace carve::experiment {

/// The file's keys with their dotted paths: "search.method" is "cma-es".
using Settings = std::map<std::string, std::string>;

/// One run. Its data files need not be there any more.
struct RecordedRun {
  std::string folder, name, status;
  Settings settings;  // every default written out
  std::optional<std::uint64_t> seed;
  std::string rules = "{}";  // parts of the run's document, as JSON; empty where it has none
  std::string validation, reference, metrics;
  Measured loss;                     // of the answer on fresh trials; NaN where it is not finite
  Measured known, known_difference;  // the known rule's loss there, and the answer's minus it
  std::vector<double> losses;        // of the answer, one per trial; empty where they are not recorded
  std::string stopped;
  std::vector<GenerationRecord> generations;

  [[nodiscard]] std::string setting(const std::string& key) const;  // as TOML; empty where there is none
  [[nodiscard]] std::string method() const;
  /// All that makes it another experiment: everything but the seed.
  [[nodiscard]] std::string experiment() const;
  /// What its loss measures: only where this is the same do losses mean the same.
  [[nodiscard]] std::string measure() const;
  /// What its validation trials depend on.
  [[nodiscard]] std::string trials() const;
  [[nodiscard]] bool confirmed() const { return !validation.empty(); }
};

[[nodiscard]] std::string record_path(const std::string& folder);
/// "running", "interrupted" or "finished". A run that was killed had no time to say so, but nobody holds its folder.
[[nodiscard]] std::string status_of(const std::string& folder, Records& records);
/// What to throw where a record holds something else than what carve writes.
[[nodiscard]] base::EnvironmentError damaged_record(const std::string& folder);

/// Throws base::EnvironmentError where the record is damaged.
[[nodiscard]] RecordedRun read_recorded_run(const std::string& folder);

/// Whether the run's answer does no worse than the known rule: nothing where there is no telling.
[[nodiscard]] std::optional<bool> reaches(const RecordedRun& run);

/// The answer's loss minus that of another run's answer.
struct Difference {
  std::string to;
  bool paired = false;
  Measured value;
};

/// Paired where both lived through the same trials; nothing where the losses measure different things.
[[nodiscard]] std::optional<Difference> difference(const RecordedRun& run, const RecordedRun& other);

}  // namespace carve::experiment
