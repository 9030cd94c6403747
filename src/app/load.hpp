// What several subcommands do first: read an experiment, or say what is wrong with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "carve/experiment/experiment.hpp"

namespace carve::app {

/// The experiment in `file` with changes applied; prints every mistake to standard error and returns nullptr.
/// `seed`, where not empty, replaces the file's.
[[nodiscard]] std::unique_ptr<experiment::Experiment> load_experiment(const std::string& file,
                                                                      std::vector<std::string> changes,
                                                                      const std::string& seed = {});

/// True where `folder` holds a run.
[[nodiscard]] bool holds_run(const std::string& folder);
/// The same; says so where it does not.
[[nodiscard]] bool require_run(const std::string& folder);

/// Prints the mistakes to standard error.
void print(const base::Diagnostics& diagnostics);

}  // namespace carve::app
