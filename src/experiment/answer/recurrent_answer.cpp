#include "carve/experiment/answer/recurrent_answer.hpp"

#include <optional>
#include <string_view>

#include "carve/evaluate/recurrent_evaluator.hpp"
#include "carve/experiment/answer/recurrent_record.hpp"
#include "carve/experiment/answer/recurrent_views.hpp"

namespace carve::experiment {
namespace {

using Values = std::vector<double>;

constexpr std::size_t trials_at_once = 4;
constexpr std::size_t lifetimes_shown = 2;

class Confirmation {
 public:
  Confirmation(const Experiment& experiment, const evaluate::Workers& workers)
      : experiment_(experiment),
        workers_(workers),
        task_(*experiment.recurrent),
        evaluator_(task_, experiment.rules),
        still_(task_, {}) {
    if (experiment.reference) known_.emplace(task_, experiment.reference->rules);
  }

  Answer answer(const std::vector<Values>& candidates) {
    const auto choosing =
        make(task::Split::search, first_choosing_trial, static_cast<std::size_t>(experiment_.trials.count));
    const evaluate::Evaluation judged = evaluator_.evaluate(candidates, choosing, workers_);
    Answer answer = choose(experiment_, candidates, judged);
    answer.found = answer.searched;
    validate(answer, candidates[answer.chosen]);
    return answer;
  }

 private:
  [[nodiscard]] evaluate::Trials make(task::Split split, std::uint32_t first, std::size_t count) const {
    return evaluate::make_trials(experiment_.trial_source(), split, first, count, workers_);
  }

  void validate(Answer& answer, const Values& found) {
    // The answer, the same less one term each, the reference: all live through the same trials, a few at a time.
    const std::vector<std::size_t> present = removable(experiment_.rules, found);
    const std::vector<Values> all = without_each(present, found);
    const std::size_t lives_each = all.size() + (known_ ? 1 : 0);
    std::vector<RecurrentRecord> records(lives_each);
    RecurrentEvidence evidence = recurrent_frame(task_, experiment_.rules);
    for (const rule::Rule& each : answer.found) {
      // A pair of spikes says nothing about a rule that reads what else the neuron is doing.
      if (!each.space.events->state()) evidence.windows.push_back(pair_window(each));
    }
    const auto count = static_cast<std::size_t>(experiment_.trials.validation);
    const std::size_t at_once = trials_at_once * workers_.processes();
    for (std::size_t first = 0; first < count; first += at_once) {
      const auto trials =
          make(task::Split::validation, static_cast<std::uint32_t>(first), std::min(at_once, count - first));
      std::vector<RecurrentRecord> lived(trials.size() * lives_each);
      workers_.share(
          {.count = lived.size(),
           .group = lives_each,
           .work =
               [&](std::size_t item) {
                 const std::size_t which = item % lives_each;
                 const task::Trial& trial = trials[item / lives_each];
                 const task::RecurrentLived life =
                     which < all.size() ? evaluator_.live(all[which], trial, workers_, for_metrics)
                                        : known_->live(experiment_.reference->values, trial, workers_, for_metrics);
                 lived[item].add({task_, *trial.staged, life});
               },
           .pack = [&](std::size_t item) { return lived[item].pack(); },
           .unpack = [&](std::size_t item, std::string_view bytes) { lived[item] = RecurrentRecord::unpack(bytes); }});
      for (std::size_t item = 0; item < lived.size(); ++item) records[item % lives_each].append(lived[item]);
      for (std::size_t t = 0; workers_.lead() && t < trials.size() && evidence.trials.size() < lifetimes_shown; ++t)
        evidence.trials.push_back(view(trials[t], found));
    }
    const RecurrentRecord& own = records.front();
    answer.losses = own.losses;
    answer.validation = measure(own.losses);
    answer.metrics = own.metrics();
    for (const task::Outcome each : own.outcomes) ++evidence.endings[static_cast<std::size_t>(each)];
    std::vector<Values> losses;
    for (const RecurrentRecord& each : records) losses.push_back(each.losses);
    add_terms(answer, experiment_.rules, present, losses);
    if (known_) add_reference(answer, *experiment_.reference, records.back().losses, records.back().metrics());
    answer.recurrent = std::move(evidence);
  }

  [[nodiscard]] RecurrentTrialView view(const task::Trial& trial, const Values& found) const {
    RecurrentLives lives;
    workers_.each(3, [&](std::size_t which) {
      if (which == 0) lives.found = evaluator_.live(found, trial, workers_, for_views);
      else if (which == 1) lives.still = still_.live({}, trial, workers_);
      else if (known_) lives.known = known_->live(experiment_.reference->values, trial, workers_, for_metrics);
    });
    return recurrent_view(task_, trial, lives);
  }

  const Experiment& experiment_;
  const evaluate::Workers& workers_;
  const task::RecurrentTask& task_;
  evaluate::RecurrentEvaluator evaluator_, still_;
  std::optional<evaluate::RecurrentEvaluator> known_;
};

}  // namespace

Answer find_recurrent_answer(const Experiment& experiment, const std::vector<std::vector<double>>& candidates,
                             const evaluate::Workers& workers) {
  return Confirmation(experiment, workers).answer(candidates);
}

std::size_t recurrent_answer_trials(const Experiment& experiment) {
  return static_cast<std::size_t>(experiment.trials.count) + trials_at_once;
}

Judged judge_recurrent(const Experiment& experiment, const rule::RuleSet& rules, const std::vector<double>& values,
                       std::size_t trials, const evaluate::Workers& workers) {
  const task::RecurrentTask& task = *experiment.recurrent;
  const evaluate::RecurrentEvaluator evaluator(task, rules);
  std::vector<RecurrentRecord> records(trials);
  // A trial is made where it is lived through: its synapses and spikes may take 100 MB.
  workers.share(
      {.count = trials,
       .work =
           [&](std::size_t t) {
             const task::Trial trial =
                 task::make_trial(experiment.trial_source(), task::Split::validation, static_cast<std::uint32_t>(t));
             records[t].add({task, *trial.staged, evaluator.live(values, trial, workers, for_metrics)});
           },
       .pack = [&](std::size_t t) { return records[t].pack(); },
       .unpack = [&](std::size_t t, std::string_view bytes) { records[t] = RecurrentRecord::unpack(bytes); }});
  RecurrentRecord whole;
  for (const RecurrentRecord& each : records) whole.append(each);
  return {whole.losses, whole.outcomes, whole.metrics()};
}

}  // namespace carve::experiment
