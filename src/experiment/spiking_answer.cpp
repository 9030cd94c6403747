#include "carve/experiment/spiking_answer.hpp"

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

/// Input spikes per second of one input of a population, on average.
double input_rate(const network::SpikingInput& input, double dt) {
  const double seconds = static_cast<double>(input.spikes.steps()) * dt;
  return static_cast<double>(input.spikes.sources.size()) / static_cast<double>(input.spikes.inputs) / seconds;
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
    const std::vector<task::Trial> choosing =
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
  [[nodiscard]] std::vector<task::Trial> make(task::Split split, std::uint32_t first, std::size_t count) const {
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
    void add(const task::SpikingTask& task, const task::Trial& trial, const network::SpikingLife& life) {
      losses.push_back(task.loss->score({trial.heard->spikes, life, task.neuron.dt}));
      rates.push_back(rate_of(task, life));
    }
  };

  void validate(Answer& answer, const std::vector<Values>& candidates, const Values& found) {
    // The answer, the answer less one term each, every candidate: all live through the same trials, a few at a time.
    std::vector<Values> all{found};
    const std::vector<std::size_t> present = removable(experiment_.rules, found);
    for (const std::size_t i : present) {
      all.push_back(found);
      all.back()[i] = 0;
    }
    all.insert(all.end(), candidates.begin(), candidates.end());
    std::vector<Record> records(all.size());
    Record known;
    SpikingEvidence evidence{.frame = frame()};
    for (const rule::Rule& each : answer.found) evidence.windows.push_back(pair_window(each));
    double pre_rate = 0;
    const auto count = static_cast<std::size_t>(experiment_.trials.validation);
    for (std::size_t first = 0; first < count; first += trials_at_once) {
      const auto trials =
          make(task::Split::validation, static_cast<std::uint32_t>(first), std::min(trials_at_once, count - first));
      std::vector<std::vector<network::SpikingLife>> lives(trials.size()), known_lives(trials.size());
      workers_.each(trials.size(), [&](std::size_t t) {
        lives[t] = evaluator_.live(all, trials[t]);
        if (known_) known_lives[t] = known_->live(std::span(&experiment_.reference->values, 1), trials[t]);
      });
      for (std::size_t t = 0; t < trials.size(); ++t) {
        for (std::size_t i = 0; i < all.size(); ++i) records[i].add(task_, trials[t], lives[t][i]);
        if (known_) known.add(task_, trials[t], known_lives[t].front());
        const network::SpikingTrial& heard = trials[t].heard->spikes;
        pre_rate += input_rate(task_.plastic.inhibition ? heard.inhibition : heard.excitation, task_.neuron.dt.value) /
                    static_cast<double>(count);
        if (evidence.trials.size() < lifetimes_shown)
          evidence.trials.push_back(view(trials[t], lives[t].front(), known_ ? &known_lives[t].front() : nullptr));
      }
    }
    const Record& own = records.front();
    answer.losses = own.losses;
    answer.validation = measure(own.losses);
    answer.metrics = metrics_of(task_.loss->target().value, own.rates);
    for (std::size_t k = 0; k < present.size(); ++k) {
      answer.terms.push_back({experiment_.rules.rules[experiment_.rules.rule_of(present[k])].name,
                              term_label(experiment_.rules, present[k]), measure(records[1 + k].losses, own.losses)});
    }
    if (known_) {
      const Reference& reference = *experiment_.reference;
      answer.reference = Compared{reference.name, reference.rules.at(reference.values), measure(known.losses),
                                  measure(own.losses, known.losses)};
      const auto metrics = metrics_of(task_.loss->target().value, known.rates);
      for (std::size_t k = 0; k < metrics.size(); ++k) answer.metrics[k].reference = metrics[k].found;
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

  [[nodiscard]] SpikingView view(const task::Trial& trial, const network::SpikingLife& life,
                                 const network::SpikingLife* known) const {
    const network::SpikingTrial& heard = trial.heard->spikes;
    const std::size_t shown = task_.neuron.steps_in(raster_length);
    const Values nothing;
    SpikingView view{.trial = trial.index,
                     .before = still_.live(std::span(&nothing, 1), trial, true).front().spikes,
                     .found = life.spikes,
                     .excitation = raster_of(heard.excitation.spikes, shown),
                     .inhibition = raster_of(heard.inhibition.spikes, shown)};
    if (known) view.known = known->spikes;
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
  Judged judged{std::vector<double>(trials), std::vector<task::Outcome>(trials), {}};
  std::vector<double> rates(trials);
  // A trial is made where it is lived through: ten minutes of spikes take more than 100 MB.
  workers.each(trials, [&](std::size_t t) {
    const task::Trial trial =
        task::make_trial(experiment.trial_source(), task::Split::validation, static_cast<std::uint32_t>(t));
    const network::SpikingLife life = evaluator.live(std::span(&values, 1), trial).front();
    judged.losses[t] = task.loss->score({trial.heard->spikes, life, task.neuron.dt});
    judged.outcomes[t] = evaluate::outcome_of(life.ending);
    rates[t] = rate_of(task, life);
  });
  judged.metrics = metrics_of(task.loss->target().value, rates);
  return judged;
}

}  // namespace carve::experiment
