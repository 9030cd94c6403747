// What a run writes down, in one SQLite file: candidates, losses, outcomes and the search's whole state.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "carve/experiment/record/sqlite.hpp"
#include "carve/task/outcome.hpp"

namespace carve::experiment {

/// One candidate of a generation.
struct CandidateRecord {
  std::uint64_t generation = 0;
  std::size_t index = 0;
  double loss = 0;  // mean over the trials, with the L1 penalty: what the search was told
  task::Outcome outcome = task::Outcome::finished;
  std::vector<double> values;  // all parameters of the rule
};

/// One generation as a whole.
struct GenerationRecord {
  std::uint64_t generation = 0;
  std::uint64_t evaluations = 0;  // candidates so far, this generation included
  double best = 0, median = 0;
  double sigma = 0, axis_ratio = 1;
  std::uint64_t restarts = 0;
  std::uint64_t trials = 0;  // per candidate
  task::OutcomeCounts outcomes{};
  std::vector<double> guess;  // all parameters where the search believes the best to be
  double seconds = 0;         // wall time; in a table of its own, since it never repeats
};

/// Where a run stands.
struct SavedState {
  std::uint64_t generation = 0;  // generations done
  std::string search;            // Optimiser::save
};

/// run.sqlite of one run folder. All functions throw base::EnvironmentError.
class Records {
 public:
  enum class Mode { create, write, read };
  Records(const std::string& path, Mode mode);

  /// A named text about the run (resolved file, status, provenance, results).
  void put(std::string_view name, std::string_view text);
  [[nodiscard]] std::optional<std::string> get(std::string_view name);

  /// Everything of one generation in one transaction.
  void commit(const GenerationRecord& generation, const std::vector<CandidateRecord>& candidates,
              std::string_view search_state);
  [[nodiscard]] std::optional<SavedState> state();
  /// Throws where what is stored cannot be of a rule with so many parameters: the file is damaged.
  void check(std::size_t parameters);
  [[nodiscard]] std::vector<GenerationRecord> generations();
  /// Calls `row` for every candidate in the order of generations.
  void each_candidate(const std::function<void(const CandidateRecord&)>& row);
  /// The candidate with the smallest loss among those of generations `from` on.
  [[nodiscard]] std::optional<CandidateRecord> best_candidate(std::uint64_t from);

 private:
  Database database_;
  bool counts_time_outs_ = true;  // false in records of the first format
};

}  // namespace carve::experiment
