#include "carve/experiment/answer/spiking_answer.hpp"

#include <algorithm>
#include <cmath>

#include "carve/evaluate/spiking_evaluator.hpp"
#include "carve/rule/event_family.hpp"
#include "carve/task/mean_field.hpp"

namespace carve::experiment {
namespace {

using Values = std::vector<double>;

constexpr std::size_t choosing_trials = 8;
constexpr std::size_t trials_at_once = 8;  // those of a minute take 12 MB each
constexpr std::size_t lifetimes_shown = 3;
constexpr base::Seconds raster_length{1};
constexpr std::size_t raster_inputs = 100;  // of each population, at most

/// Spikes per second over the window that the loss looks at.
double rate_of(const task::SpikingTask& task, const network::SpikingLife& life) {
  const double dt = task.neuron.dt.value;
  const double window = task.loss->window().value;
  const auto from = static_cast<double>(task.steps()) - window / dt;
  const auto count = std::count_if(life.spikes.begin(), life.spikes.end(),
                                   [&](std::uint32_t step) { return static_cast<double>(step) >= from; });
  return static_cast<double>(count) / window;
}

/// The figures of lifetimes with these rates.
std::vector<MetricEvidence> metrics_of(double target, std::span<const double> rates) {
  std::vector<double> misses;
  for (const double rate : rates) misses.push_back(std::abs(rate / target - 1));
  const auto farthest = static_cast<std::size_t>(std::max_element(misses.begin(), misses.end()) - misses.begin());
  return {
      {"rate", "spikes per second in the scored window", {measure(rates), rates[farthest]}, std::nullopt},
      {"rate_error", "share by which the rate misses the target", {measure(misses), misses[farthest]}, std::nullopt}};
}

/// A rule that changes nothing.
rule::RuleSpace frozen(const std::string& name) {
  base::Table table;
  table.set("on_pre", base::write_value(std::string("0")));
  base::Diagnostics none;
  return *rule::read_event_rule(name, table, {}, none);
}

/// The spikes of the last `shown` steps.
Raster raster_of(const network::SpikeTrains& trains, std::size_t shown) {
  Raster raster;
  const std::size_t stride = (trains.inputs + raster_inputs - 1) / raster_inputs;
  for (std::size_t step = trains.steps() - std::min(shown, trains.steps()); step < trains.steps(); ++step) {
    for (const std::uint16_t input : trains.at(step)) {
      if (input % stride == 0) raster.emplace_back(static_cast<std::uint32_t>(step), input);
    }
  }
  return raster;
}

class Confirmation {
 public:
  Confirmation(const Experiment& experiment, const evaluate::Workers& workers)
      : experiment_(experiment),
        workers_(workers),
        task_(*experiment.spiking),
        evaluator_(evaluator_of(experiment)),
        still_(task_, frozen_rules()) {
    if (experiment.reference) known_.emplace(task_, experiment.reference->rules);
  }

  Answer answer(const std::vector<Values>& candidates) {
    const evaluate::Trials choosing =
        make(task::Split::search, first_choosing_trial,
             std::max(choosing_trials, static_cast<std::size_t>(experiment_.trials.count)));
    const evaluate::Evaluation judged = evaluator_.evaluate(candidates, choosing, workers_);
    Answer answer = choose(experiment_, candidates, judged);
    const Values& found = candidates[answer.chosen];
    answer.found = answer.searched;
    validate(answer, candidates, found);
    return answer;
  }

 private:
  [[nodiscard]] evaluate::Trials make(task::Split split, std::uint32_t first, std::size_t count) const {
    return evaluate::make_trials(experiment_.trial_source(), split, first, count, workers_);
  }

  [[nodiscard]] rule::RuleSet frozen_rules() const {
    rule::RuleSet rules;
    for (const rule::RuleSpace& each : experiment_.rules.rules) rules.rules.push_back(frozen(each.name));
    return rules;
  }

  /// What came of one rule in every validation trial so far.
  struct Record {
    std::vector<double> losses, rates;
  };

  void validate(Answer& answer, const std::vector<Values>& candidates, const Values& found) {
    // The answer, the answer less one term each, every candidate: all live through the same trials, a few at a time.
    const std::vector<std::size_t> present = removable(experiment_.rules, found);
    std::vector<Values> all = without_each(present, found);
    all.insert(all.end(), candidates.begin(), candidates.end());
    std::vector<Record> records(all.size() + (known_ ? 1 : 0));  // the known rule's last
    SpikingEvidence evidence{.frame = frame()};
    for (const rule::Rule& each : answer.found) evidence.windows.push_back(pair_window(each));
    double pre_rate = 0;
    const auto count = static_cast<std::size_t>(experiment_.trials.validation);
    const std::size_t at_once = trials_at_once * workers_.processes();
    for (std::size_t first = 0; first < count; first += at_once) {
      const auto trials =
          make(task::Split::validation, static_cast<std::uint32_t>(first), std::min(at_once, count - first));
      // Of each trial: the loss and the rate of each rule, those of the known rule, and the rate of its inputs.
      const std::size_t width = 2 * (all.size() + 1) + 1;
      const auto found_there = workers_.share(trials.size(), 1, width, [&](std::size_t t, std::span<double> places) {
        const network::SpikingTrial& heard = trials[t].heard->spikes;
        std::vector<network::SpikingLife> lives = evaluator_.live(all, trials[t], workers_);
        if (known_) lives.push_back(live_known(trials[t]));
        for (std::size_t i = 0; i < lives.size(); ++i) {
          places[2 * i] = task_.loss->score({heard, lives[i], task_.neuron.dt});
          places[2 * i + 1] = rate_of(task_, lives[i]);
        }
        places.back() = plastic_input_rate(task_, trials[t]);
      });
      for (std::size_t t = 0; t < trials.size(); ++t) {
        const auto places = std::span(found_there).subspan(t * width, width);
        for (std::size_t i = 0; i < records.size(); ++i) {
          records[i].losses.push_back(places[2 * i]);
          records[i].rates.push_back(places[2 * i + 1]);
        }
        pre_rate += places.back() / static_cast<double>(count);
        if (workers_.lead() && evidence.trials.size() < lifetimes_shown)
          evidence.trials.push_back(view(trials[t], found));
      }
    }
    const Record& own = records.front();
    answer.losses = own.losses;
    answer.validation = measure(own.losses);
    answer.metrics = metrics_of(task_.loss->target().value, own.rates);
    std::vector<Values> losses;
    for (const Record& each : records) losses.push_back(each.losses);
    add_terms(answer, experiment_.rules, present, losses);
    if (known_) {
      const Record& known = records.back();
      add_reference(answer, *experiment_.reference, known.losses, metrics_of(task_.loss->target().value, known.rates));
    }
    for (std::size_t i = 0; i < answer.starts; ++i)
      evidence.settled.push_back(settle(candidates[i], measure(records[1 + present.size() + i].rates), pre_rate));
    answer.spiking = std::move(evidence);
  }

  [[nodiscard]] SpikingFrame frame() const {
    const double dt = task_.neuron.dt.value;
    SpikingFrame frame{.target = task_.loss->target().value,
                       .window = task_.loss->window().value,
                       .filter = task_.loss->limits().time_constant.value,
                       .dt = dt,
                       .steps = task_.steps(),
                       .raster_steps = task_.neuron.steps_in(raster_length),
                       .groups = task_.inputs->groups(),
                       .jumps = {task_.neuron.excitation.jump, task_.neuron.inhibition.jump}};
    for (const rule::RuleSpace& each : experiment_.rules.rules) frame.connections.push_back(each.name);
    for (std::size_t i = 0; i < experiment_.rules.parameter_count(); ++i)
      frame.parameters.push_back(experiment_.rules.parameter_name(i));
    return frame;
  }

  [[nodiscard]] Settled settle(const Values& values, const Measured& rate, double pre_rate) const {
    Settled settled{.values = values, .rate = rate};
    if (experiment_.rules.rules.size() != 1) return settled;
    const task::SixParameterRule six = task::six_parameters(experiment_.rules.rules.front(), values);
    settled.predicted = task::settled_rate(six, pre_rate);
    settled.stable = task_.plastic.inhibition ? task::stable_for_inhibition(six, pre_rate)
                                              : task::stable_for_excitation(six, pre_rate);
    return settled;
  }

  [[nodiscard]] network::SpikingLife live_known(const task::Trial& trial) const {
    return known_->live(std::span(&experiment_.reference->values, 1), trial, workers_).front();
  }

  [[nodiscard]] SpikingView view(const task::Trial& trial, const Values& found) const {
    const network::SpikingLife life = evaluator_.live(std::span(&found, 1), trial, workers_).front();
    const network::SpikingTrial& heard = trial.heard->spikes;
    const std::size_t shown = task_.neuron.steps_in(raster_length);
    const Values nothing;
    SpikingView view{.trial = trial.index,
                     .before = still_.live(std::span(&nothing, 1), trial, workers_, true).front().spikes,
                     .found = life.spikes,
                     .excitation = raster_of(heard.excitation.spikes, shown),
                     .inhibition = raster_of(heard.inhibition.spikes, shown)};
    if (known_) view.known = live_known(trial).spikes;
    view.weights = {{"excitation", heard.excitation.weights, life.excitation},
                    {"inhibition", heard.inhibition.weights, life.inhibition}};
    return view;
  }

  const Experiment& experiment_;
  const evaluate::Workers& workers_;
  const task::SpikingTask& task_;
  evaluate::Evaluator evaluator_, still_;
  std::optional<evaluate::Evaluator> known_;
};

}  // namespace

Answer find_spiking_answer(const Experiment& experiment, const std::vector<std::vector<double>>& candidates,
                           const evaluate::Workers& workers) {
  return Confirmation(experiment, workers).answer(candidates);
}

std::size_t spiking_answer_trials(const Experiment& experiment) {
  return std::max(choosing_trials, static_cast<std::size_t>(experiment.trials.count)) + trials_at_once;
}

Judged judge_spiking(const Experiment& experiment, const evaluate::Evaluator& evaluator,
                     const std::vector<double>& values, std::size_t trials, const evaluate::Workers& workers) {
  const task::SpikingTask& task = *experiment.spiking;
  Judged judged;
  std::vector<double> rates;
  // A trial is made where it is lived through: ten minutes of spikes take more than 100 MB.
  constexpr std::size_t width = 3;  // loss, outcome, rate
  const auto found = workers.share(trials, 1, width, [&](std::size_t t, std::span<double> places) {
    const task::Trial trial =
        task::make_trial(experiment.trial_source(), task::Split::validation, static_cast<std::uint32_t>(t));
    const network::SpikingLife life = evaluator.live(std::span(&values, 1), trial, workers).front();
    places[0] = task.loss->score({trial.heard->spikes, life, task.neuron.dt});
    places[1] = static_cast<double>(evaluate::outcome_of(life.ending));
    places[2] = rate_of(task, life);
  });
  for (std::size_t t = 0; t < trials; ++t) {
    judged.losses.push_back(found[t * width]);
    judged.outcomes.push_back(static_cast<task::Outcome>(found[t * width + 1]));
    rates.push_back(found[t * width + 2]);
  }
  judged.metrics = metrics_of(task.loss->target().value, rates);
  return judged;
}

double plastic_input_rate(const task::SpikingTask& task, const task::Trial& trial) {
  const network::SpikingTrial& heard = trial.heard->spikes;
  const network::SpikingInput& input = task.plastic.inhibition ? heard.inhibition : heard.excitation;
  const double seconds = static_cast<double>(input.spikes.steps()) * task.neuron.dt.value;
  return static_cast<double>(input.spikes.sources.size()) / static_cast<double>(input.spikes.inputs) / seconds;
}

}  // namespace carve::experiment
