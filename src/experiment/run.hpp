// A run: the outer loop, its folder, and going on after any interruption.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "carve/evaluate/ranks.hpp"
#include "carve/evaluate/workers.hpp"
#include "carve/experiment/experiment.hpp"
#include "carve/experiment/record/files.hpp"
#include "carve/experiment/record/records.hpp"

namespace carve::experiment {

/// What is shown after each generation.
struct GenerationReport {
  const GenerationRecord& record;
  std::uint64_t generations = 0;  // of the whole run
  double simulations_per_second = 0;
  double seconds_left = 0;
};

struct RunOptions {
  int threads = 0;  // 0: one per core; ranks know their own
  const evaluate::StopFlag* stop =
      nullptr;                       // not 0: abandon the running generation, or the answer; ranks have their own
  evaluate::Ranks* ranks = nullptr;  // those that share the work, led by this one; nullptr: alone
  std::function<void(const GenerationReport&)> on_generation;
  std::function<void(const std::string&)> on_phase;  // "confirming on fresh trials"
};

/// The experiment that a record holds, with changes; its search is at its beginning. Throws base::EnvironmentError
/// where the record is incomplete, reports what is wrong with the changes or with data files.
[[nodiscard]] std::unique_ptr<Experiment> read_recorded(const std::string& folder, Records& records,
                                                        const std::vector<Override>& changes,
                                                        base::Diagnostics& diagnostics);
/// Brings the experiment's search to where the record is. Throws base::EnvironmentError.
void load_search(const std::string& folder, Records& records, Experiment& experiment);

/// What an answer is chosen among: the guess of every start of the search, then the best candidate of the last
/// generations. The experiment's search must be where the record is.
[[nodiscard]] std::vector<std::vector<double>> finalists(const Experiment& experiment, Records& records);

/// A run folder: experiment.toml (resolved), run.sqlite, rule.toml (the answer). Throws base::EnvironmentError.
class Run {
 public:
  /// Makes the folder; refuses one that holds a run already, or in which another process runs. `lock`: the folder's, of
  /// who has it already.
  static Run create(std::unique_ptr<Experiment> experiment, const std::string& folder,
                    std::optional<FolderLock> lock = {});
  /// Opens a folder, to go on from its last whole generation. Mistakes in its files are reported.
  static std::unique_ptr<Run> open(const std::string& folder, base::Diagnostics& diagnostics,
                                   std::optional<FolderLock> lock = {});

  [[nodiscard]] bool finished();
  /// Runs to the end; true if it got there, false if it was stopped: the record is at its last whole generation then,
  /// and open() goes on from there. Running on a finished run does nothing.
  bool go(const RunOptions& options);

  /// What a rank does that does not lead: its share of the work of the leader's `go`, without touching the disk but for
  /// the experiment's data. Returns when that ends.
  static void follow(evaluate::Ranks& ranks);

  [[nodiscard]] const Experiment& experiment() const { return *experiment_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  void search_and_answer(const RunOptions& options, const evaluate::Workers& workers);
  Run(std::unique_ptr<Experiment> experiment, std::string folder, std::unique_ptr<Records> records, FolderLock lock);

  FolderLock lock_;  // first, so that it is let go last
  std::unique_ptr<Experiment> experiment_;
  std::string folder_;
  std::unique_ptr<Records> records_;
};

}  // namespace carve::experiment
