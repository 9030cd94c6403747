// carve evaluate: a given rule on an experiment's task, on fresh trials.
#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/experiment/rule_file.hpp"
#include "carve/experiment/summary.hpp"

namespace carve::app {

int evaluate(const EvaluateArguments& arguments) {
  const auto experiment = load_experiment(arguments.file, arguments.changes, arguments.seed);
  if (!experiment) return user_error;
  const evaluate::Workers workers(arguments.threads);
  experiment::Evaluated evaluated;
  experiment::Reference given{arguments.rule, {}, {}, experiment::find_baseline(arguments.rule, *experiment)};
  std::vector<double> values;
  if (given.baseline) {
    values = experiment::best_scales(*experiment, given, workers);
    evaluated.baseline = given.name;
    evaluated.rate = values.front();
  } else {
    base::Diagnostics diagnostics;
    const auto rules = experiment::read_rules(arguments.rule, *experiment, diagnostics);
    if (!rules) {
      print(diagnostics);
      return user_error;
    }
    for (const rule::Rule& each : *rules) {
      given.rules.rules.push_back(each.space);
      values.insert(values.end(), each.values.begin(), each.values.end());
    }
    evaluated.rules = *rules;
  }
  const auto trials = static_cast<std::size_t>(arguments.trials > 0 ? arguments.trials : experiment->trials.validation);
  experiment::Judged judged = experiment::judge(*experiment, given, values, trials, workers);
  evaluated.loss = experiment::measure(judged.losses);
  evaluated.metrics = std::move(judged.metrics);
  for (const task::Outcome outcome : judged.outcomes) ++evaluated.outcomes[static_cast<std::size_t>(outcome)];
  if (arguments.json) {
    fmt::print("{}\n", experiment::evaluated_text(evaluated));
    return fine;
  }
  if (given.baseline) fmt::print("{} at its best rate, {:.3g}\n", given.name, evaluated.rate);
  for (const rule::Rule& each : evaluated.rules) fmt::print("{}\n", rule::formula_text(each));
  fmt::print("loss {:.4g} +- {:.2g} over {} fresh trials", evaluated.loss.mean, evaluated.loss.error, trials);
  for (std::size_t i = 1; i < task::outcome_count; ++i) {
    if (evaluated.outcomes[i] > 0) fmt::print(", {} {}", evaluated.outcomes[i], task::outcome_names[i]);
  }
  fmt::print("\n");
  for (const experiment::MetricEvidence& each : evaluated.metrics) {
    fmt::print("{} {:.4g} +- {:.2g}, worst {:.4g}: {}\n", each.name, each.found.all.mean, each.found.all.error,
               each.found.worst, each.brief);
  }
  return fine;
}

}  // namespace carve::app
