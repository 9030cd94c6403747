// One run as its record has it, for holding it beside others: what it found, and what can be compared.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "carve/experiment/measure.hpp"
#include "carve/experiment/record_json.hpp"
#include "carve/experiment/records.hpp"

namespace carve::experiment {

/// The file's keys with their dotted paths: "search.method" is "cma-es".
using Settings = std::map<std::string, std::string>;

/// One run. Its data files need not be there any more.
struct RecordedRun {
  std::string folder, name, status;
  Settings settings;  // every default written out
  std::optional<std::uint64_t> seed;
  Json rules, loss, known;
  std::vector<double> losses;  // of the answer on its validation trials; empty where they are not known
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
  [[nodiscard]] bool confirmed() const { return loss.contains("validation"); }
};

/// Throws base::EnvironmentError or Json::exception where the record is damaged.
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

/// The number at `key`; NaN where it was not finite.
[[nodiscard]] double value_of(const Json& measured, const char* key);

}  // namespace carve::experiment
