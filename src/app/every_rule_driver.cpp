// For tests/exports_test.py: a member of every experiment's space of rules, as rule.toml.
//
// usage: every_rule_driver DIR EXPERIMENT...        writes DIR/NAME.toml for each file
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "carve/experiment/experiment.hpp"
#include "carve/experiment/record/files.hpp"
#include "carve/rule/found_rule.hpp"

int main(int count, char** words) {
  using namespace carve;
  for (int i = 2; i < count; ++i) {
    base::Diagnostics diagnostics;
    const base::SourcePtr source = experiment::read_source(words[i], diagnostics);
    const auto experiment = source ? experiment::read_experiment(source, {}, diagnostics) : nullptr;
    if (!experiment) {
      std::fputs(diagnostics.render().c_str(), stderr);
      return 2;
    }
    // Beside the start of the search, where many parameters are 0.
    std::vector<double> point = rule::search_coordinates(experiment->rules).initial;
    for (std::size_t k = 0; k < point.size(); ++k) point[k] += 0.3 * std::sin(static_cast<double>(k + 1));
    const auto rules = experiment->rules.at(rule::parameter_values(experiment->rules, point));
    const std::filesystem::path folder = words[1];
    experiment::write_file((folder / (experiment->name + ".toml")).string(), rule::to_toml(rules));
  }
}
