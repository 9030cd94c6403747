#include "carve/experiment/recurrent_answer.hpp"

#include <algorithm>
#include <cmath>

#include "carve/evaluate/recurrent_evaluator.hpp"
#include "carve/evaluate/spiking_evaluator.hpp"
#include "carve/experiment/recurrent_evidence.hpp"
#include "carve/task/recurrent/network_metrics.hpp"

namespace carve::experiment {
namespace {

using Values = std::vector<double>;

constexpr std::size_t trials_at_once = 4;
constexpr std::size_t lifetimes_shown = 2;
constexpr std::size_t most_bins = 600;  // of a rate over a lifetime
constexpr std::size_t histogram_bins = 40;
constexpr task::Observation for_metrics{.responses = true, .recording = true};
constexpr task::Observation for_views{.responses = true, .recording = true, .raster = true, .weight_looks = 25};

/// What came of one rule on every trial so far.
struct Record {
  std::vector<double> losses;
  std::vector<task::Outcome> outcomes;
  std::vector<std::vector<task::Figure>> figures;  // [finished trial]
  std::vector<task::Figure> plausible;             // [trial]

  void add(const task::RecurrentView& view) {
    losses.push_back(view.task.loss->score(view));
    outcomes.push_back(evaluate::outcome_of(view.lived.ending));
    const bool finished = view.lived.ending == network::Ending::finished;
    task::Figure inside{
        .name = "plausible", .brief = "share of lifetimes with all metrics within their thresholds", .ideal = 1};
    if (finished) {
      figures.push_back(task::network_metrics(view, task::metric_ranges()));
      inside.value = task::plausible(figures.back()) ? 1 : 0;
      for (task::Figure& each : view.task.loss->figures(view)) figures.back().push_back(std::move(each));
    }
    plausible.push_back(std::move(inside));
  }

  /// Those of further trials.
  void append(const Record& more) {
    losses.insert(losses.end(), more.losses.begin(), more.losses.end());
    outcomes.insert(outcomes.end(), more.outcomes.begin(), more.outcomes.end());
    figures.insert(figures.end(), more.figures.begin(), more.figures.end());
    plausible.insert(plausible.end(), more.plausible.begin(), more.plausible.end());
  }

  [[nodiscard]] std::vector<MetricEvidence> metrics() const {
    std::vector<MetricEvidence> all;
    const auto add = [&](const std::vector<const task::Figure*>& over_trials) {
      std::vector<double> values;
      const task::Figure& first = *over_trials.front();
      double worst = first.value;
      for (const task::Figure* each : over_trials) {
        values.push_back(each->value);
        if (std::abs(each->value - each->ideal) > std::abs(worst - each->ideal)) worst = each->value;
      }
      MetricEvidence evidence{first.name, first.brief, {measure(values), worst}, std::nullopt};
      if (std::isfinite(first.lowest)) evidence.lowest = first.lowest;
      if (std::isfinite(first.highest)) evidence.highest = first.highest;
      all.push_back(std::move(evidence));
    };
    std::vector<const task::Figure*> column;
    for (const task::Figure& each : plausible) column.push_back(&each);
    if (!column.empty()) add(column);
    for (std::size_t k = 0; !figures.empty() && k < figures.front().size(); ++k) {
      column.clear();
      for (const auto& each : figures) column.push_back(&each[k]);
      add(column);
    }
    return all;
  }
};

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
  [[nodiscard]] std::vector<task::Trial> make(task::Split split, std::uint32_t first, std::size_t count) const {
    return evaluate::make_trials(experiment_.trial_source(), split, first, count, workers_);
  }

  void validate(Answer& answer, const Values& found) {
    // The answer, the same less one term each, the reference: all live through the same trials, a few at a time.
    std::vector<Values> all{found};
    const std::vector<std::size_t> present = removable(experiment_.rules, found);
    for (const std::size_t i : present) {
      all.push_back(found);
      all.back()[i] = 0;
    }
    const std::size_t lives_each = all.size() + (known_ ? 1 : 0);
    std::vector<Record> records(lives_each);
    RecurrentEvidence evidence = frame();
    for (const rule::Rule& each : answer.found) {
      // A pair of spikes says nothing about a rule that reads what else the neuron is doing.
      if (!each.space.events->state()) evidence.windows.push_back(pair_window(each));
    }
    const auto count = static_cast<std::size_t>(experiment_.trials.validation);
    for (std::size_t first = 0; first < count; first += trials_at_once) {
      const auto trials =
          make(task::Split::validation, static_cast<std::uint32_t>(first), std::min(trials_at_once, count - first));
      std::vector<task::RecurrentLived> lives(trials.size() * lives_each);
      workers_.each(lives.size(), [&](std::size_t item) {
        const std::size_t which = item % lives_each;
        const task::Trial& trial = trials[item / lives_each];
        lives[item] = which < all.size() ? evaluator_.live(all[which], trial, for_metrics)
                                         : known_->live(experiment_.reference->values, trial, for_metrics);
      });
      for (std::size_t item = 0; item < lives.size(); ++item)
        records[item % lives_each].add({task_, *trials[item / lives_each].staged, lives[item]});
      for (std::size_t t = 0; t < trials.size() && evidence.trials.size() < lifetimes_shown; ++t)
        evidence.trials.push_back(view(trials[t], found, known_ ? &lives[t * lives_each + all.size()] : nullptr));
    }
    const Record& own = records.front();
    answer.losses = own.losses;
    answer.validation = measure(own.losses);
    answer.metrics = own.metrics();
    for (const task::Outcome each : own.outcomes) ++evidence.endings[static_cast<std::size_t>(each)];
    for (std::size_t k = 0; k < present.size(); ++k) {
      answer.terms.push_back({experiment_.rules.rules[experiment_.rules.rule_of(present[k])].name,
                              term_label(experiment_.rules, present[k]), measure(records[1 + k].losses, own.losses)});
    }
    if (known_) {
      const Reference& reference = *experiment_.reference;
      const Record& known = records.back();
      answer.reference = Compared{reference.name, reference.rules.at(reference.values), measure(known.losses),
                                  measure(own.losses, known.losses)};
      for (const MetricEvidence& each : known.metrics()) {
        for (MetricEvidence& mine : answer.metrics) {
          if (mine.name == each.name) mine.reference = each.found;
        }
      }
    }
    answer.recurrent = std::move(evidence);
  }

  /// Which of the populations of neurons a population is.
  [[nodiscard]] std::size_t place_of(std::size_t population) const {
    const auto& all = task_.network.populations;
    return static_cast<std::size_t>(std::count_if(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(population),
                                                  [](const auto& each) { return each.neuron.has_value(); }));
  }

  /// How many stretches make a bin of the rates shown.
  [[nodiscard]] std::size_t stretches_per_bin() const {
    return std::max<std::size_t>(10, (task_.stretches() + most_bins - 1) / most_bins);
  }

  [[nodiscard]] RecurrentEvidence frame() const {
    RecurrentEvidence evidence{.lifetime = task_.lifetime().value,
                               .bin = static_cast<double>(stretches_per_bin()) * task::stretch.value,
                               .recorded = task_.recorded.value,
                               .raster_from = std::max(0.0, task_.lifetime().value - task::raster_length.value)};
    for (const network::Population& each : task_.network.populations) {
      if (!each.neuron) continue;
      const std::size_t stride = (each.size + task::raster_neurons - 1) / task::raster_neurons;
      evidence.populations.emplace_back(each.name, each.size);
      evidence.shown.push_back((each.size + stride - 1) / stride);
    }
    const std::vector<std::size_t> begins = task::phase_begins(task_.phases);
    for (std::size_t p = 0; p < task_.phases.size(); ++p) {
      const task::Phase& each = task_.phases[p];
      evidence.phases.push_back({each.name, static_cast<double>(begins[p]) * task::stretch.value,
                                 static_cast<double>(begins[p + 1]) * task::stretch.value, each.plastic,
                                 each.show != task::Shown::nothing});
    }
    for (const rule::RuleSpace& each : experiment_.rules.rules) evidence.connections.push_back(each.name);
    return evidence;
  }

  [[nodiscard]] std::vector<std::vector<double>> rates_of(const task::RecurrentLived& lived) const {
    const std::size_t bin = stretches_per_bin();
    std::vector<std::vector<double>> rates;
    for (std::size_t p = 0; p < lived.counts.size(); ++p) {
      if (!task_.network.populations[p].neuron) continue;
      rates.emplace_back();
      for (std::size_t at = 0; at < lived.end; at += bin) {
        rates.back().push_back(task::mean_rate(std::span(lived.counts[p]).subspan(at, std::min(bin, lived.end - at)),
                                               task_.network.populations[p].size));
      }
    }
    return rates;
  }

  [[nodiscard]] RecurrentTrialView view(const task::Trial& trial, const Values& found,
                                        const task::RecurrentLived* known) const {
    const task::RecurrentLived lived = evaluator_.live(found, trial, for_views);
    RecurrentTrialView view{
        .trial = trial.index,
        .input_rate = trial.staged->input_rate.value,
        .before = rates_of(still_.live({}, trial)),
        .found = rates_of(lived),
        .raster = lived.raster,
        .ending = std::string(task::outcome_names[static_cast<std::size_t>(evaluate::outcome_of(lived.ending))])};
    if (known) view.known = rates_of(*known);
    for (task::RasterSpike& each : view.raster) each.population = place_of(each.population);
    for (std::size_t c = 0; c < lived.weights_looked.size(); ++c) {
      if (!lived.weights_looked[c].empty()) view.weights.push_back(weights_of(c, trial, lived));
    }
    if (lived.ending == network::Ending::finished) view.responses = responses_of(*trial.staged, lived);
    return view;
  }

  [[nodiscard]] WeightView weights_of(std::size_t projection, const task::Trial& trial,
                                      const task::RecurrentLived& lived) const {
    const network::Synapses& synapses = trial.staged->given.synapses[projection];
    Values before;
    synapses.for_each([&](std::size_t, std::size_t s) { before.push_back(synapses.weight_at(s)); });
    const Values& after = lived.last_weights[projection];
    WeightView view{.connection = task_.network.name_of(task_.network.projections[projection]),
                    .looks = lived.weights_looked[projection]};
    for (const Values* each : std::initializer_list<const Values*>{&before, &after}) {
      for (const double weight : *each) view.highest = std::max(view.highest, weight);
    }
    if (!(view.highest > 0) || !std::isfinite(view.highest)) view.highest = 1;
    view.before = histogram(before, view.highest);
    view.after = histogram(after, view.highest);
    return view;
  }

  static std::vector<double> histogram(const Values& weights, double highest) {
    std::vector<double> bins(histogram_bins, 0.0);
    for (const double weight : weights) {
      const double at = std::clamp(weight / highest, 0.0, 1.0) * static_cast<double>(histogram_bins);
      bins[std::min(static_cast<std::size_t>(at), histogram_bins - 1)] += 1 / static_cast<double>(weights.size());
    }
    return bins;
  }

  [[nodiscard]] std::vector<ResponseView> responses_of(const task::StagedTrial& trial,
                                                       const task::RecurrentLived& lived) const {
    std::vector<ResponseView> views;
    for (std::size_t p = 0; p < task_.phases.size(); ++p) {
      if (task_.phases[p].show == task::Shown::nothing) continue;
      views.push_back({.phase = task_.phases[p].name});
      for (std::size_t k = 0; k < trial.presentations.size(); ++k) {
        if (trial.presentations[k].phase != p) continue;
        (task::is_familiar(task_, trial.presentations[k]) ? views.back().familiar : views.back().novel)
            .push_back(task::response_rate(trial.presentations[k], lived.responses[k]));
      }
    }
    return views;
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
  std::vector<Record> records(trials);
  // A trial is made where it is lived through: its synapses and spikes may take 100 MB.
  workers.each(trials, [&](std::size_t t) {
    const task::Trial trial =
        task::make_trial(experiment.trial_source(), task::Split::validation, static_cast<std::uint32_t>(t));
    records[t].add({task, *trial.staged, evaluator.live(values, trial, for_metrics)});
  });
  Record whole;
  for (const Record& each : records) whole.append(each);
  return {whole.losses, whole.outcomes, whole.metrics()};
}

}  // namespace carve::experiment
