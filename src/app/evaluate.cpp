// carve evaluate: a given rule on experiments' tasks, on fresh trials, alone or beside known rules.
#include <algorithm>

#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/experiment/documents/text_table.hpp"
#include "carve/experiment/evaluation.hpp"

namespace carve::app {
namespace {

using experiment::Evaluated;

std::size_t trials_of(const EvaluateArguments& arguments, const experiment::Experiment& experiment) {
  return static_cast<std::size_t>(arguments.trials > 0 ? arguments.trials : experiment.trials.validation);
}

std::string failures(const Evaluated& evaluated) {
  std::string text;
  for (std::size_t i = 1; i < task::outcome_count; ++i) {
    if (evaluated.outcomes[i] > 0) text += fmt::format(", {} {}", evaluated.outcomes[i], task::outcome_names[i]);
  }
  return text;
}

void print_one(const Evaluated& evaluated) {
  if (!evaluated.baseline.empty()) fmt::print("{} at its best rate, {:.3g}\n", evaluated.baseline, evaluated.rate);
  for (const rule::Rule& each : evaluated.rules) fmt::print("{}\n", rule::formula_text(each));
  fmt::print("loss {:.4g} +- {:.2g} over {} fresh trials{}\n", evaluated.loss.mean, evaluated.loss.error,
             evaluated.loss.trials, failures(evaluated));
  for (const experiment::MetricEvidence& each : evaluated.metrics) {
    fmt::print("{} {:.4g} +- {:.2g}, worst {:.4g}: {}\n", each.name, each.found.all.mean, each.found.all.error,
               each.found.worst, each.brief);
  }
}

void print_table(const std::vector<experiment::Beside>& files) {
  for (const experiment::Beside& each : files) {
    experiment::TextRows rows{{"", "rule", "loss", each.others.empty() ? "" : "given minus this"}};
    const auto row = [&](const std::string& name, const Evaluated& evaluated, std::string difference,
                         std::string rest) {
      rest += failures(evaluated);
      if (rest.starts_with(", ")) rest.erase(0, 2);
      rows.push_back({"", name, fmt::format("{:.4g} +- {:.2g}", evaluated.loss.mean, evaluated.loss.error),
                      std::move(difference), std::move(rest)});
    };
    row("given", each.given, "", "");
    for (const Evaluated& other : each.others) {
      const experiment::Measured difference = experiment::measure(each.given.losses, other.losses);
      const char* const rate = other.baseline.empty() ? "at {:.3g} times its learning rate" : "at learning rate {:.3g}";
      row(other.name, other, fmt::format("{:.2g} +- {:.2g}", difference.mean, difference.error),
          other.rate > 0 ? fmt::format(fmt::runtime(rate), other.rate) : "");
    }
    fmt::print("{}, {} fresh trials\n{}", each.file, each.given.loss.trials,
               experiment::aligned(rows, {false, false, false, false, false}));
  }
}

/// The names that --beside gives, for one experiment.
std::vector<std::string> names_of(const std::string& beside, const experiment::Experiment& experiment) {
  if (beside == "all") return experiment::fitting_rules(experiment);
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < beside.size();) {
    const std::size_t end = std::min(beside.find(',', begin), beside.size());
    names.push_back(beside.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

}  // namespace

int evaluate(const EvaluateArguments& arguments) {
  const evaluate::Workers workers(arguments.threads);
  // All files are checked before the first one runs.
  std::vector<std::unique_ptr<experiment::Experiment>> experiments;
  for (const std::string& file : arguments.files) {
    experiments.push_back(load_experiment(file, arguments.changes, arguments.seed));
  }
  if (std::find(experiments.begin(), experiments.end(), nullptr) != experiments.end()) return user_error;
  std::vector<experiment::Beside> results;
  base::Diagnostics diagnostics;
  for (std::size_t i = 0; i < experiments.size(); ++i) {
    const experiment::Experiment& each = *experiments[i];
    const auto evaluated = [&](const std::string& rule, bool at_best_scale) {
      return experiment::evaluate_rule(each, rule, at_best_scale, trials_of(arguments, each), workers, diagnostics);
    };
    auto given = evaluated(arguments.rule, false);
    if (!given) break;
    experiment::Beside beside{arguments.files[i], std::move(*given), {}};
    for (const std::string& name : names_of(arguments.beside, each)) {
      auto other = evaluated(name, true);
      if (other) beside.others.push_back(std::move(*other));
    }
    results.push_back(std::move(beside));
  }
  if (!diagnostics.empty()) {
    print(diagnostics);
    return user_error;
  }
  const bool alone = results.size() == 1 && arguments.beside.empty();
  if (arguments.json)
    fmt::print("{}\n", alone ? experiment::evaluated_text(results.front().given)
                             : experiment::beside_text(arguments.rule, results));
  else if (alone) print_one(results.front().given);
  else print_table(results);
  return fine;
}

}  // namespace carve::app
