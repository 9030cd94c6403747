#include "carve/experiment/evaluation.hpp"

#include <fmt/format.h>

#include "carve/experiment/answer/rate_answer.hpp"
#include "carve/experiment/rules/library.hpp"
#include "carve/experiment/rules/rule_file.hpp"

namespace carve::experiment {
namespace {

/// scale * rule for each connection.
std::optional<Reference> scaled(const std::vector<rule::Rule>& rules, base::Diagnostics& diagnostics) {
  Reference reference;
  for (const rule::Rule& each : rules) {
    base::Table table, scale;
    scale.set("init", base::write_value(1.0));
    scale.set("scale", base::write_value(std::string("log")));
    table.set("dw", base::write_value(fmt::format("scale*({})", rule::exact_text(each))));
    table.set("scale", {scale, {}});
    auto space = rule::read_rule_space(each.space.name, table, {}, diagnostics);
    if (!space) return std::nullopt;
    reference.rules.rules.push_back(std::move(*space));
  }
  return reference;
}

Reference as_it_is(const std::vector<rule::Rule>& rules, std::vector<double>& values) {
  Reference reference;
  for (const rule::Rule& each : rules) {
    reference.rules.rules.push_back(each.space);
    values.insert(values.end(), each.values.begin(), each.values.end());
  }
  return reference;
}

}  // namespace

std::optional<Evaluated> evaluate_rule(const Experiment& experiment, const std::string& rule, bool at_best_scale,
                                       std::size_t trials, const evaluate::Workers& workers,
                                       base::Diagnostics& diagnostics) {
  Evaluated evaluated{.name = rule};
  Reference given{rule, {}, {}, find_baseline(rule, experiment)};
  std::vector<double> values;
  if (given.baseline) {
    values = best_scales(experiment, given, workers);
    evaluated.baseline = given.name;
    evaluated.rate = values.front();
  } else {
    const auto rules = read_rules(rule, experiment, diagnostics);
    if (!rules) return std::nullopt;
    if (at_best_scale && !experiment.spikes()) {
      auto reference = scaled(*rules, diagnostics);
      if (!reference) return std::nullopt;
      given = std::move(*reference);
      values = best_scales(experiment, given, workers);
      evaluated.rules = given.rules.at(values);
      evaluated.rate = values.front();
    } else {
      given = as_it_is(*rules, values);
      evaluated.rules = *rules;
    }
  }
  Judged judged = judge(experiment, given, values, trials, workers);
  evaluated.loss = measure(judged.losses);
  evaluated.losses = std::move(judged.losses);
  evaluated.metrics = std::move(judged.metrics);
  for (const task::Outcome outcome : judged.outcomes) ++evaluated.outcomes[static_cast<std::size_t>(outcome)];
  return evaluated;
}

std::vector<std::string> fitting_rules(const Experiment& experiment) {
  std::vector<std::string> names;
  for (const network::BaselineComponent* each : network::baselines()) {
    if (find_baseline(each->name, experiment)) names.push_back(each->name);
  }
  for (const KnownRule& each : library()) {
    base::Diagnostics refused;
    if (experiment.rules.rules.size() == 1 && read_rules(each.name, experiment, refused)) names.push_back(each.name);
  }
  return names;
}

}  // namespace carve::experiment
