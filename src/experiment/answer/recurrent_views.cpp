#include "carve/experiment/answer/recurrent_views.hpp"

#include <algorithm>
#include <cmath>

#include "carve/evaluate/spiking_evaluator.hpp"
#include "carve/task/recurrent/recurrent_loss.hpp"

namespace carve::experiment {
namespace {

constexpr std::size_t most_bins = 600;  // of a rate over a lifetime
constexpr std::size_t histogram_bins = 40;

/// Which of the populations of neurons a population is.
std::size_t place_of(const task::RecurrentTask& task, std::size_t population) {
  const auto& all = task.network.populations;
  return static_cast<std::size_t>(std::count_if(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(population),
                                                [](const auto& each) { return each.neuron.has_value(); }));
}

/// How many stretches make a bin of the rates shown.
std::size_t stretches_per_bin(const task::RecurrentTask& task) {
  return std::max<std::size_t>(10, (task.stretches() + most_bins - 1) / most_bins);
}

std::vector<std::vector<double>> rates_of(const task::RecurrentTask& task, const task::RecurrentLived& lived) {
  const std::size_t bin = stretches_per_bin(task);
  std::vector<std::vector<double>> rates;
  for (std::size_t p = 0; p < lived.counts.size(); ++p) {
    if (!task.network.populations[p].neuron) continue;
    rates.emplace_back();
    for (std::size_t at = 0; at < lived.end; at += bin) {
      rates.back().push_back(task::mean_rate(std::span(lived.counts[p]).subspan(at, std::min(bin, lived.end - at)),
                                             task.network.populations[p].size));
    }
  }
  return rates;
}

std::vector<double> histogram(const std::vector<double>& weights, double highest) {
  std::vector<double> bins(histogram_bins, 0.0);
  for (const double weight : weights) {
    const double at = std::clamp(weight / highest, 0.0, 1.0) * static_cast<double>(histogram_bins);
    bins[std::min(static_cast<std::size_t>(at), histogram_bins - 1)] += 1 / static_cast<double>(weights.size());
  }
  return bins;
}

WeightView weights_of(const task::RecurrentTask& task, std::size_t projection, const task::Trial& trial,
                      const task::RecurrentLived& lived) {
  const network::Synapses& synapses = trial.staged->given.synapses[projection];
  std::vector<double> before;
  synapses.for_each([&](std::size_t, std::size_t s) { before.push_back(synapses.weight_at(s)); });
  const std::vector<double>& after = lived.last_weights[projection];
  WeightView view{.connection = task.network.name_of(task.network.projections[projection]),
                  .looks = lived.weights_looked[projection]};
  for (const std::vector<double>* each : std::initializer_list<const std::vector<double>*>{&before, &after}) {
    for (const double weight : *each) view.highest = std::max(view.highest, weight);
  }
  if (!(view.highest > 0) || !std::isfinite(view.highest)) view.highest = 1;
  view.before = histogram(before, view.highest);
  view.after = histogram(after, view.highest);
  return view;
}

std::vector<ResponseView> responses_of(const task::RecurrentTask& task, const task::StagedTrial& trial,
                                       const task::RecurrentLived& lived) {
  std::vector<ResponseView> views;
  for (std::size_t p = 0; p < task.phases.size(); ++p) {
    if (task.phases[p].show == task::Shown::nothing) continue;
    views.push_back({.phase = task.phases[p].name});
    for (std::size_t k = 0; k < trial.presentations.size(); ++k) {
      if (trial.presentations[k].phase != p) continue;
      (task::is_familiar(task, trial.presentations[k]) ? views.back().familiar : views.back().novel)
          .push_back(task::response_rate(trial.presentations[k], lived.responses[k]));
    }
  }
  return views;
}

}  // namespace

RecurrentEvidence recurrent_frame(const task::RecurrentTask& task, const rule::RuleSet& rules) {
  RecurrentEvidence evidence{.lifetime = task.lifetime().value,
                             .bin = static_cast<double>(stretches_per_bin(task)) * task::stretch.value,
                             .recorded = task.recorded.value,
                             .raster_from = std::max(0.0, task.lifetime().value - task::raster_length.value),
                             .target = task.loss->target(),
                             .target_of = place_of(task, task.excitatory())};
  for (const network::Population& each : task.network.populations) {
    if (!each.neuron) continue;
    const std::size_t stride = (each.size + task::raster_neurons - 1) / task::raster_neurons;
    evidence.populations.emplace_back(each.name, each.size);
    evidence.shown.push_back((each.size + stride - 1) / stride);
  }
  const std::vector<std::size_t> begins = task::phase_begins(task.phases);
  for (std::size_t p = 0; p < task.phases.size(); ++p) {
    const task::Phase& each = task.phases[p];
    evidence.phases.push_back({each.name, static_cast<double>(begins[p]) * task::stretch.value,
                               static_cast<double>(begins[p + 1]) * task::stretch.value, each.plastic,
                               each.show != task::Shown::nothing});
  }
  for (const rule::RuleSpace& each : rules.rules) evidence.connections.push_back(each.name);
  return evidence;
}

RecurrentTrialView recurrent_view(const task::RecurrentTask& task, const task::Trial& trial,
                                  const RecurrentLives& lives) {
  const task::RecurrentLived& lived = lives.found;
  RecurrentTrialView view{
      .trial = trial.index,
      .input_rate = trial.staged->input_rate.value,
      .before = rates_of(task, lives.still),
      .found = rates_of(task, lived),
      .raster = lived.raster,
      .ending = std::string(task::outcome_names[static_cast<std::size_t>(evaluate::outcome_of(lived.ending))])};
  if (lives.known) view.known = rates_of(task, *lives.known);
  for (task::RasterSpike& each : view.raster) each.population = place_of(task, each.population);
  for (std::size_t c = 0; c < lived.weights_looked.size(); ++c) {
    if (!lived.weights_looked[c].empty()) view.weights.push_back(weights_of(task, c, trial, lived));
  }
  if (lived.ending == network::Ending::finished) view.responses = responses_of(task, *trial.staged, lived);
  return view;
}

}  // namespace carve::experiment
