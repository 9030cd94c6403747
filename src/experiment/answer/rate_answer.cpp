#include "carve/experiment/answer/rate_answer.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "carve/evaluate/metrics.hpp"
#include "carve/experiment/answer/refit.hpp"

namespace carve::experiment {
namespace {

using Values = std::vector<double>;

constexpr std::uint32_t first_fitting_trial = 0x20000000U;  // as first_choosing_trial, for those that fit
// Rare trials learn slowly, and a fit on few trials does not see them: it would take too small a scale. So what is
// published is fitted last on many.
constexpr std::size_t fitting_trials = 256;
constexpr std::size_t choosing_trials = 128;
constexpr std::size_t publishing_trials = 1024;      // those that fit, and more
constexpr std::size_t publishing_per_searched = 32;  // a search on few trials does not ask for so much precision
// Lifetimes of more updates of a weight than this, or trials that would take more memory, mean fewer trials, down to a
// few for each that the search has: an answer should not cost much more than its search.
constexpr double affordable_updates = 1e6;
constexpr double affordable_bytes = 1e9;
constexpr std::size_t least_per_searched = 4;
constexpr std::size_t least_trials = 16;
constexpr std::size_t lifetimes_shown = 6;
constexpr std::size_t snapshots = 51;
constexpr std::size_t further_terms_shown = 5;

/// A term matters where its removal costs clearly more than chance and more than this share of the rule's own loss.
constexpr double errors_that_matter = 3;
constexpr double share_that_matters = 0.05;
/// A longer formula is kept only where it lowers the loss clearly and by this share of it.
constexpr double share_worth_terms = 0.25;

std::size_t publishing_count(const Experiment& experiment) {
  const std::size_t wanted = publishing_per_searched * static_cast<std::size_t>(experiment.trials.count);
  return std::max(affordable(experiment, fitting_trials), std::min(affordable(experiment, publishing_trials), wanted));
}

evaluate::Trials make_publishing_trials(const Experiment& experiment, const evaluate::Workers& workers) {
  return evaluate::make_trials(experiment.trial_source(), task::Split::search, first_fitting_trial,
                               publishing_count(experiment), workers);
}

/// Baselines are slower than rules, and have nothing but their rate to choose.
constexpr std::size_t baseline_trials = 32;

Values best_of(const evaluate::Evaluator& evaluator, const Reference& reference, const Experiment& experiment,
               evaluate::Trials trials, const evaluate::Workers& workers) {
  if (reference.baseline) trials = trials.first(std::min(trials.size(), baseline_trials));
  return best_scales({evaluator, reference.rules, trials, workers, experiment.seed}, reference.scales(),
                     affordable(experiment, fitting_trials));
}

/// All figures of what has lived through `trials` with these outcomes.
std::vector<MetricEvidence> measure_metrics(const Experiment& experiment, const evaluate::Evaluator& evaluator,
                                            const std::vector<double>& values, const evaluate::Trials& trials,
                                            std::span<const task::Outcome> outcomes, const evaluate::Workers& workers) {
  const std::vector<task::Metric> metrics = task::metrics(experiment.network, *experiment.loss);
  const auto figures = evaluate::measure_metrics(evaluator, metrics, values, trials, outcomes, workers);
  std::vector<MetricEvidence> evidence;
  for (std::size_t k = 0; k < metrics.size(); ++k) {
    evidence.push_back(
        {metrics[k].name, metrics[k].brief, measure_metric(figures[k], metrics[k].failed), std::nullopt});
  }
  return evidence;
}

/// Prunes, fits and measures the rules of one search.
class Confirmation {
 public:
  Confirmation(const Experiment& experiment, const evaluate::Workers& workers)
      : experiment_(experiment), workers_(workers), evaluator_(evaluator_of(experiment)) {
    const task::TrialSource source = experiment.trial_source();
    publishing_ = make_publishing_trials(experiment, workers);
    fitting_ = publishing_.first(affordable(experiment, fitting_trials));
    choosing_ = evaluate::make_trials(source, task::Split::search, first_choosing_trial,
                                      affordable(experiment, choosing_trials), workers);
    validation_ = evaluate::make_trials(source, task::Split::validation, 0,
                                        static_cast<std::size_t>(experiment.trials.validation), workers);
  }

  Answer answer(const std::vector<Values>& candidates) {
    const evaluate::Evaluation judged = evaluate(candidates, choosing_);
    Answer answer = choose(experiment_, candidates, judged);
    const Values searched = candidates[answer.chosen];
    const std::vector<std::size_t> present = removable(experiment_.rules, searched);
    Values found = searched;
    std::vector<std::pair<std::string, Values>> others;
    // The shortest rule that is no worse: terms by what their removal costs, more of them until nothing is lost.
    const std::vector<std::size_t> ranking = by_removal(searched, present);
    const std::size_t fewest = experiment_.rules.rules.size() + 1;
    for (const std::size_t count : {fewest, fewest + 1, fewest + 2, fewest + 4, fewest + 6}) {
      if (count >= present.size()) break;
      const Values shorter =
          fit_only(searched, {ranking.begin(), ranking.begin() + static_cast<std::ptrdiff_t>(count)}, present);
      if (count == fewest)
        others.emplace_back(fmt::format("{} terms, fitted again", count == 2 ? "two" : "three"), shorter);
      if (!no_worse(shorter, searched)) continue;
      found = publish(shorter);
      if (count == fewest) others.clear();
      others.emplace_back(fmt::format("all {} terms, as searched", present.size()), searched);
      break;
    }
    answer.network = experiment_.network;
    answer.found = experiment_.rules.at(found);
    const std::vector<Addition> additions = promising(found);
    if (!additions.empty() && matters(additions.front().gain, own_loss(found))) {
      std::vector<std::size_t> more = removable(experiment_.rules, found);
      more.push_back(additions.front().parameter);
      std::sort(more.begin(), more.end());
      others.emplace_back(
          fmt::format("with {} added, fitted again", term_label(experiment_.rules, additions.front().parameter)),
          refit(fit_context(), additions.front().values, more));
    }
    validate(answer, found, others);
    std::vector<Values> extended;
    for (const Addition& each : additions) extended.push_back(each.values);
    const evaluate::Evaluation gains = evaluate(extended, validation_);
    for (std::size_t k = 0; k < additions.size(); ++k) {
      answer.further.push_back({rule_name(additions[k].parameter),
                                term_label(experiment_.rules, additions[k].parameter), additions[k].relative,
                                measure(found_losses_, gains.of(k))});
    }
    compare_with_reference(answer);
    for (std::size_t i = 0; workers_.lead() && i < std::min(lifetimes_shown, validation_.size()); ++i) {
      const task::Trial& trial = validation_[i];
      answer.lifetimes.push_back(
          {trial.index, trial.scale, trial.samples.components, evaluator_.trace(found, trial, snapshots)});
    }
    return answer;
  }

 private:
  [[nodiscard]] evaluate::Evaluation evaluate(const std::vector<Values>& candidates,
                                              const evaluate::Trials& trials) const {
    return evaluator_.evaluate(candidates, trials, workers_);
  }

  /// What taking out each of `present` alone costs on `trials`.
  [[nodiscard]] std::vector<Measured> removals(const Values& values, const std::vector<std::size_t>& present,
                                               const evaluate::Trials& trials) const {
    const evaluate::Evaluation evaluation = evaluate(without_each(present, values), trials);
    std::vector<Measured> result;
    for (std::size_t k = 0; k < present.size(); ++k) result.push_back(measure(evaluation.of(k + 1), evaluation.of(0)));
    return result;
  }

  /// `present`, those first whose removal costs most on the choosing trials.
  [[nodiscard]] std::vector<std::size_t> by_removal(const Values& values,
                                                    const std::vector<std::size_t>& present) const {
    const std::vector<Measured> costs = removals(values, present, choosing_);
    std::vector<std::size_t> order(present.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return costs[a].mean > costs[b].mean; });
    for (std::size_t& each : order) each = present[each];
    return order;
  }

  /// A term put into a rule at one size, and what that gains on the choosing trials.
  struct Addition {
    std::size_t parameter;
    double relative;
    Values values;
    Measured gain;
  };

  /// For each searched coefficient that is 0: the best of a few sizes; the most promising ones, best first.
  [[nodiscard]] std::vector<Addition> promising(const Values& found) const {
    constexpr double sizes[] = {-0.3, -0.1, -0.03, -0.01, 0.01, 0.03, 0.1, 0.3};
    Values units(experiment_.rules.rules.size(), 0.0);  // the largest coefficient of each rule
    for (const std::size_t i : removable(experiment_.rules, found)) {
      double& unit = units[experiment_.rules.rule_of(i)];
      unit = std::max(unit, std::abs(found[i]));
    }
    std::vector<Addition> all;
    std::vector<Values> candidates{found};
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (!experiment_.rules.parameter(i).penalised || found[i] != 0) continue;
      for (const double size : sizes) {
        candidates.push_back(found);
        candidates.back()[i] = size * units[experiment_.rules.rule_of(i)];
        all.push_back({i, size, candidates.back(), {}});
      }
    }
    if (all.empty()) return all;
    const evaluate::Evaluation evaluation = evaluate(candidates, choosing_);
    for (std::size_t k = 0; k < all.size(); ++k) all[k].gain = measure(evaluation.of(0), evaluation.of(k + 1));
    std::stable_sort(all.begin(), all.end(),
                     [](const Addition& a, const Addition& b) { return a.gain.mean > b.gain.mean; });
    std::vector<Addition> best;
    for (const Addition& each : all) {
      const bool known =
          std::any_of(best.begin(), best.end(), [&](const Addition& b) { return b.parameter == each.parameter; });
      if (!known && best.size() < further_terms_shown) best.push_back(each);
    }
    return best;
  }

  /// True where a cost (or gain) is clearly more than chance, and worth mentioning beside the rule's own loss.
  [[nodiscard]] static bool matters(const Measured& cost, double own) {
    return cost.mean > errors_that_matter * cost.error && cost.mean > share_that_matters * own;
  }
  [[nodiscard]] double own_loss(const Values& values) const { return evaluate({values}, choosing_).mean(0); }

  /// `values` with only `kept` of `present` left, those fitted again.
  [[nodiscard]] Values fit_only(Values values, const std::vector<std::size_t>& kept,
                                const std::vector<std::size_t>& present) const {
    for (const std::size_t i : present) {
      if (std::find(kept.begin(), kept.end(), i) == kept.end()) values[i] = 0;
    }
    return refit(fit_context(), values, kept);
  }

  /// A fitted rule, fitted a little more on more trials.
  [[nodiscard]] Values publish(const Values& fitted) const {
    constexpr Refit near_by{.sigma = 0.05, .generations = 30};
    return refit({evaluator_, experiment_.rules, publishing_, workers_, experiment_.seed}, fitted,
                 removable(experiment_.rules, fitted), near_by);
  }

  /// True where the shorter rule is not clearly and considerably worse on the choosing trials.
  [[nodiscard]] bool no_worse(const Values& shorter, const Values& longer) const {
    const evaluate::Evaluation evaluation = evaluate({shorter, longer}, choosing_);
    const Measured lost = measure(evaluation.of(0), evaluation.of(1));
    // A few bad trials can make the error of the mean as large as the mean, so trials are counted too: worse in clearly
    // more than half of them is clearly worse.
    std::size_t worse = 0;
    for (std::size_t trial = 0; trial < evaluation.trials; ++trial) {
      worse += evaluation.of(0)[trial] > evaluation.of(1)[trial] ? 1 : 0;
    }
    const auto trials = static_cast<double>(evaluation.trials);
    const bool clearly = lost.mean > errors_that_matter * lost.error ||
                         static_cast<double>(worse) > 0.5 * trials + 0.5 * errors_that_matter * std::sqrt(trials);
    return !clearly || lost.mean <= share_worth_terms * evaluation.mean(0);
  }

  [[nodiscard]] FitContext fit_context() const {
    return {evaluator_, experiment_.rules, fitting_, workers_, experiment_.seed};
  }
  [[nodiscard]] const std::string& rule_name(std::size_t parameter) const {
    return experiment_.rules.rules[experiment_.rules.rule_of(parameter)].name;
  }

  void validate(Answer& answer, const Values& found, const std::vector<std::pair<std::string, Values>>& others) {
    std::vector<Values> candidates{found};
    for (const auto& [name, values] : others) candidates.push_back(values);
    const evaluate::Evaluation evaluation = evaluate(candidates, validation_);
    found_losses_.assign(evaluation.of(0).begin(), evaluation.of(0).end());
    answer.metrics = measure_metrics(experiment_, evaluator_, found, validation_,
                                     std::span(evaluation.outcomes).first(validation_.size()), workers_);
    answer.validation = measure(found_losses_);
    answer.losses = found_losses_;
    for (std::size_t i = 0; i < others.size(); ++i) {
      answer.comparisons.push_back({others[i].first, experiment_.rules.at(others[i].second),
                                    measure(evaluation.of(i + 1)), measure(found_losses_, evaluation.of(i + 1))});
    }
    const std::vector<std::size_t> present = removable(experiment_.rules, found);
    const std::vector<Measured> costs = removals(found, present, validation_);
    for (std::size_t k = 0; k < present.size(); ++k) {
      answer.terms.push_back({rule_name(present[k]), term_label(experiment_.rules, present[k]), costs[k]});
    }
  }

  void compare_with_reference(Answer& answer) const {
    if (!experiment_.reference) return;
    const Reference& reference = *experiment_.reference;
    const evaluate::Evaluator evaluator = evaluator_of(experiment_, reference);
    const Values scales = best_of(evaluator, reference, experiment_, publishing_, workers_);
    const evaluate::Evaluation evaluation = evaluator.evaluate(std::span(&scales, 1), validation_, workers_);
    answer.reference = Compared{fmt::format("{} at its best scale{}", reference.name, scales.size() > 1 ? "s" : ""),
                                reference.baseline ? std::vector<rule::Rule>{} : reference.rules.at(scales),
                                measure(evaluation.of(0)), measure(found_losses_, evaluation.of(0))};
    const auto metrics = measure_metrics(experiment_, evaluator, scales, validation_, evaluation.outcomes, workers_);
    for (std::size_t k = 0; k < metrics.size(); ++k) answer.metrics[k].reference = metrics[k].found;
  }

  const Experiment& experiment_;
  const evaluate::Workers& workers_;
  evaluate::Evaluator evaluator_;
  evaluate::Trials publishing_, choosing_, validation_;
  evaluate::Trials fitting_;  // the first of `publishing_`
  std::vector<double> found_losses_;
};

}  // namespace

std::size_t affordable(const Experiment& experiment, std::size_t wanted) {
  const auto steps = static_cast<double>(experiment.trials.steps);
  const double updates = static_cast<double>(experiment.network.weight_count()) * steps;
  const double bytes = static_cast<double>(experiment.network.inputs) * steps * sizeof(float);
  const double count =
      std::min(std::min(1.0, affordable_updates / updates) * static_cast<double>(wanted), affordable_bytes / bytes);
  const auto searched = static_cast<std::size_t>(experiment.trials.count);
  const std::size_t least = std::min(wanted, std::max(least_per_searched * searched, least_trials));
  return std::max({static_cast<std::size_t>(count), least, searched});
}

std::vector<double> best_scales(const Experiment& experiment, const Reference& reference,
                                const evaluate::Workers& workers) {
  return best_of(evaluator_of(experiment, reference), reference, experiment,
                 make_publishing_trials(experiment, workers), workers);
}

std::size_t rate_answer_trials(const Experiment& experiment) {
  return publishing_count(experiment) + affordable(experiment, choosing_trials) +
         static_cast<std::size_t>(experiment.trials.validation);
}

Judged judge_rate(const Experiment& experiment, const evaluate::Evaluator& evaluator, const Values& values,
                  std::size_t trials, const evaluate::Workers& workers) {
  const auto fresh = evaluate::make_trials(experiment.trial_source(), task::Split::validation, 0, trials, workers);
  evaluate::Evaluation evaluation = evaluator.evaluate(std::span(&values, 1), fresh, workers);
  auto metrics = measure_metrics(experiment, evaluator, values, fresh, evaluation.outcomes, workers);
  return {std::move(evaluation.losses), std::move(evaluation.outcomes), std::move(metrics)};
}

Answer find_rate_answer(const Experiment& experiment, const std::vector<Values>& candidates,
                        const evaluate::Workers& workers) {
  return Confirmation(experiment, workers).answer(candidates);
}

}  // namespace carve::experiment
