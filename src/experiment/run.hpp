// A run: the outer loop, its folder, and going on after any interruption.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "carve/experiment/experiment.hpp"
#include "carve/experiment/files.hpp"
#include "carve/experiment/records.hpp"

namespace carve::experiment {

/// What is shown after each generation.
struct GenerationReport {
  const GenerationRecord& record;
  std::uint64_t generations = 0;  // of the whole run
  double simulations_per_second = 0;
  double seconds_left = 0;
};

struct RunOptions {
  int threads = 0;                         // 0: one per core
  const std::atomic<int>* stop = nullptr;  // not 0: end after the running generation
  std::function<void(const GenerationReport&)> on_generation;
  std::function<void(const std::string&)> on_phase;  // "confirming on fresh trials"
};

/// A run folder: experiment.toml (resolved), run.sqlite, rule.toml (the answer). Throws base::EnvironmentError.
class Run {
 public:
  /// Makes the folder; refuses one that holds a run already.
  static Run create(std::unique_ptr<Experiment> experiment, const std::string& folder);
  /// Opens a folder, to go on from its last whole generation. Mistakes in its files are reported.
  static std::unique_ptr<Run> open(const std::string& folder, base::Diagnostics& diagnostics);

  [[nodiscard]] bool finished();
  /// Runs to the end; true if it got there, false if it was stopped. Running on a finished run does nothing.
  bool go(const RunOptions& options);

  [[nodiscard]] const Experiment& experiment() const { return *experiment_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  Run(std::unique_ptr<Experiment> experiment, std::string folder, std::unique_ptr<Records> records);

  std::unique_ptr<Experiment> experiment_;
  std::string folder_;
  std::unique_ptr<Records> records_;
  FolderLock lock_;
};

}  // namespace carve::experiment
