// carve equivalent: whether two rules do the same on an experiment's task.
#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/experiment/equivalence.hpp"
#include "carve/experiment/rules/rule_file.hpp"

namespace carve::app {

int equivalent(const EquivalentArguments& arguments) {
  const auto experiment = load_experiment(arguments.file, arguments.changes, arguments.seed);
  if (!experiment) return user_error;
  base::Diagnostics diagnostics;
  const auto first = experiment::read_rules(arguments.first, *experiment, diagnostics);
  const auto second = experiment::read_rules(arguments.second, *experiment, diagnostics);
  if (!first || !second) {
    print(diagnostics);
    return user_error;
  }
  const auto trials = static_cast<std::size_t>(arguments.trials > 0 ? arguments.trials : experiment->trials.validation);
  const evaluate::Workers workers(arguments.threads);
  const experiment::Equivalence found =
      experiment::compare_rules(*experiment, *first, *second, arguments.margin, trials, workers);
  if (arguments.json) fmt::print("{}\n", experiment::equivalence_json(found));
  else fmt::print("{}", experiment::equivalence_text(found));
  return fine;
}

}  // namespace carve::app
