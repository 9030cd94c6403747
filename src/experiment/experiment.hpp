// A file, read and checked: everything a run needs, and the resolved copy with every default written out.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "carve/base/diagnostic.hpp"
#include "carve/base/value.hpp"
#include "carve/network/baseline.hpp"
#include "carve/network/network.hpp"
#include "carve/rule/rule_set.hpp"
#include "carve/search/optimiser.hpp"
#include "carve/task/inputs.hpp"
#include "carve/task/loss.hpp"
#include "carve/task/trial.hpp"

namespace carve::experiment {

/// What is known, to compare the found rules with: rules, each tried at its best scale, or a baseline; between
/// spiking neurons rules as they are.
struct Reference {
  std::string name;
  rule::RuleSet rules;                          // scale * (dw) for each connection, with "scale" its only parameter
  std::vector<double> values;                   // of rules between spiking neurons, whose parameters are all fixed
  std::shared_ptr<network::Baseline> baseline;  // instead of rules: its learning rate is its scale

  /// How many scales there are to choose.
  [[nodiscard]] std::size_t scales() const { return baseline ? 1 : values.empty() ? rules.parameter_count() : 0; }
};

/// One experiment, ready to run.
struct Experiment {
  std::string name;  // the file's name without its ending
  std::string file;
  std::uint64_t seed = 1;
  network::RateNetwork network;
  std::unique_ptr<task::SpikingTask> spiking;      // in place of the network, its inputs and its loss
  std::unique_ptr<task::RecurrentTask> recurrent;  // likewise
  rule::RuleSet rules;                             // one per connection of the network
  std::unique_ptr<task::Inputs> inputs;
  task::TrialPlan trials;
  std::unique_ptr<task::Loss> loss;
  double l1 = 0;
  std::int64_t generations = 0;
  std::unique_ptr<search::Optimiser> optimiser;
  std::optional<Reference> reference;
  base::Table resolved;

  /// Whether neurons spike: then the rules say what spikes do.
  [[nodiscard]] bool spikes() const { return spiking || recurrent; }
  [[nodiscard]] task::TrialSource trial_source() const;
};

/// What a section of the file says beside the component that it names.
struct FileSection {
  std::string name, where, brief;
  std::vector<base::FieldInfo> fields;
};
[[nodiscard]] std::vector<FileSection> file_sections();

/// A change to the file from the command line: "search.population=32".
using Override = std::string;

/// Reads and checks a whole file, reporting every mistake at its place before anything runs. Data files are read too:
/// they are found beside `beside`, where given, else beside the file that `source` is named after.
[[nodiscard]] std::unique_ptr<Experiment> read_experiment(const base::SourcePtr& source,
                                                          const std::vector<Override>& overrides,
                                                          base::Diagnostics& diagnostics,
                                                          const std::string& beside = {});

/// The text of a file. Reports one that cannot be read.
[[nodiscard]] base::SourcePtr read_source(const std::string& path, base::Diagnostics& diagnostics);

/// The baseline of this name with its default options; nullptr where there is none for the experiment's network.
[[nodiscard]] std::shared_ptr<network::Baseline> find_baseline(const std::string& name, const Experiment& experiment);

}  // namespace carve::experiment
