#include "carve/experiment/answer/answer.hpp"

#include "carve/experiment/answer/rate_answer.hpp"
#include "carve/experiment/answer/recurrent_answer.hpp"
#include "carve/experiment/answer/spiking_answer.hpp"

namespace carve::experiment {

using Values = std::vector<double>;

Answer choose(const Experiment& experiment, const std::vector<Values>& candidates, const evaluate::Evaluation& judged) {
  std::size_t chosen = 0;
  const auto total = [&](std::size_t i) {
    return judged.mean(i) + experiment.l1 * rule::l1_norm(experiment.rules, candidates[i]);
  };
  for (std::size_t i = 1; i < candidates.size(); ++i) {
    if (total(i) < total(chosen)) chosen = i;
  }
  Answer answer{.searched = experiment.rules.at(candidates[chosen]),
                .starts = experiment.optimiser->starts().size(),
                .chosen = chosen};
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    answer.finalists.push_back(
        {experiment.rules.at(candidates[i]), measure(judged.of(i)), measure(judged.of(i), judged.of(chosen))});
  }
  return answer;
}

std::string term_label(const rule::RuleSet& rules, std::size_t parameter) {
  Values unit(rules.parameter_count(), 0.0);
  for (std::size_t i = 0; i < unit.size(); ++i) {
    const rule::Parameter& each = rules.parameter(i);
    if (each.fixed) unit[i] = *each.fixed;
    else if (each.log_scale) unit[i] = each.initial;
  }
  unit[parameter] = 1;
  const auto terms = rule::terms(rules.at(unit)[rules.rule_of(parameter)]);
  return terms.size() == 1 ? terms.front().term : rules.parameter(parameter).name;
}

std::vector<std::size_t> removable(const rule::RuleSet& rules, const Values& values) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (rules.parameter(i).penalised && values[i] != 0) indices.push_back(i);
  }
  return indices;
}

std::vector<Values> without_each(const std::vector<std::size_t>& present, const Values& found) {
  std::vector<Values> all{found};
  for (const std::size_t i : present) {
    all.push_back(found);
    all.back()[i] = 0;
  }
  return all;
}

void add_terms(Answer& answer, const rule::RuleSet& rules, const std::vector<std::size_t>& present,
               std::span<const Values> losses) {
  for (std::size_t k = 0; k < present.size(); ++k)
    answer.terms.push_back({rules.rules[rules.rule_of(present[k])].name, term_label(rules, present[k]),
                            measure(losses[k + 1], losses[0])});
}

void add_reference(Answer& answer, const Reference& reference, std::span<const double> losses,
                   const std::vector<MetricEvidence>& metrics) {
  answer.reference =
      Compared{reference.name, reference.rules.at(reference.values), measure(losses), measure(answer.losses, losses)};
  for (const MetricEvidence& each : metrics) {
    for (MetricEvidence& mine : answer.metrics) {
      if (mine.name == each.name) mine.reference = each.found;
    }
  }
}

std::size_t answer_trials(const Experiment& experiment) {
  if (experiment.recurrent) return recurrent_answer_trials(experiment);
  if (experiment.spiking) return spiking_answer_trials(experiment);
  return rate_answer_trials(experiment);
}

evaluate::Evaluator evaluator_of(const Experiment& experiment) {
  if (experiment.recurrent) return {*experiment.recurrent, experiment.rules};
  if (experiment.spiking) return {*experiment.spiking, experiment.rules};
  return {experiment.network, experiment.rules, *experiment.loss};
}

evaluate::Evaluator evaluator_of(const Experiment& experiment, const Reference& reference) {
  if (experiment.recurrent) return {*experiment.recurrent, reference.rules};
  if (experiment.spiking) return {*experiment.spiking, reference.rules};
  if (reference.baseline) return {experiment.network, *reference.baseline, *experiment.loss};
  return {experiment.network, reference.rules, *experiment.loss};
}

Judged judge(const Experiment& experiment, const Reference& given, const Values& values, std::size_t trials,
             const evaluate::Workers& workers) {
  if (experiment.recurrent) return judge_recurrent(experiment, given.rules, values, trials, workers);
  const evaluate::Evaluator evaluator = evaluator_of(experiment, given);
  if (experiment.spiking) return judge_spiking(experiment, evaluator, values, trials, workers);
  return judge_rate(experiment, evaluator, values, trials, workers);
}

Answer find_answer(const Experiment& experiment, const std::vector<Values>& candidates,
                   const evaluate::Workers& workers) {
  if (experiment.recurrent) return find_recurrent_answer(experiment, candidates, workers);
  if (experiment.spiking) return find_spiking_answer(experiment, candidates, workers);
  return find_rate_answer(experiment, candidates, workers);
}

}  // namespace carve::experiment
