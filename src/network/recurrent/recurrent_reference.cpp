#include "carve/network/recurrent/recurrent_reference.hpp"

#include <cassert>
#include <cmath>

#include "carve/rule/evaluate.hpp"

namespace carve::network {
namespace {

using Step = std::vector<std::uint16_t>;  // who spikes in a step

/// The neurons of one population.
struct Neurons {
  const NeuronModel& model;
  double dt;
  std::size_t refractory_steps;
  std::vector<double> v, ampa, nmda, gaba, raised, adaptation;
  std::vector<std::size_t> resumes;

  Neurons(const NeuronModel& neuron, const RecurrentNetwork& network, std::size_t size)
      : model(neuron),
        dt(network.dt.value),
        refractory_steps(network.steps_in(neuron.refractory)),
        v(size, neuron.rest.value),
        ampa(size),
        nmda(size),
        gaba(size),
        raised(size),
        adaptation(size),
        resumes(size) {}

  [[nodiscard]] double decay(base::Seconds time_constant) const { return std::exp(-dt / time_constant.value); }

  /// What a trace of a state follows.
  [[nodiscard]] double state(std::size_t i, rule::Signal signal) const {
    const double e = (1 - model.nmda_share) * ampa[i] + model.nmda_share * nmda[i];
    if (signal == rule::Signal::voltage) return v[i];
    if (signal == rule::Signal::excitation) return e * (model.excitation_reversal.value - v[i]);
    return gaba[i] * (v[i] - model.inhibition_reversal.value);
  }

  /// One step by the conductances at its start; says whether neuron i spikes.
  bool evolve(std::size_t i, std::size_t t) {
    const double e = (1 - model.nmda_share) * ampa[i] + model.nmda_share * nmda[i];
    const double total = 1 + e + gaba[i] + adaptation[i];
    const double drive = model.rest.value + e * model.excitation_reversal.value +
                         gaba[i] * model.inhibition_reversal.value + adaptation[i] * model.adaptation_reversal.value;
    if (t >= resumes[i]) v[i] -= (drive / total - v[i]) * std::expm1(-dt / model.membrane.value * total);
    nmda[i] = nmda[i] * decay(model.nmda) + ampa[i] * model.nmda_gain({dt});
    ampa[i] *= decay(model.ampa);
    gaba[i] *= decay(model.gaba);
    raised[i] *= decay(model.threshold_decay);
    adaptation[i] *= decay(model.adaptation_decay);
    if (!(v[i] > model.threshold.value + raised[i])) return false;
    v[i] = model.reset.value;
    raised[i] += model.threshold_jump.value;
    adaptation[i] += model.adaptation_jump;
    resumes[i] = t + refractory_steps;
    return true;
  }
};

/// One projection: weights and traces. Each trace belongs to the neurons of one side.
struct Pathway {
  const Synapses& synapses;
  const rule::Rule* rule;
  std::size_t delay;
  const Neurons& to;
  std::vector<double>& conductance;              // of the targets
  std::vector<double> weights = {};              // [place]
  std::vector<std::vector<double>> traces = {};  // [trace][neuron of its side]
  Step arriving = {};
  bool learns = true;
  bool post_reads_weight = false;

  void start() {
    weights.resize(synapses.places());
    for (std::size_t s = 0; s < weights.size(); ++s) weights[s] = synapses.weight_at(s);
    if (!rule) return;
    for (const rule::Trace& each : rule->space.events->traces) {
      traces.emplace_back(each.side == rule::Side::pre ? synapses.sources : to.v.size(), 0.0);
      if (each.signal == rule::Signal::voltage) traces.back() = to.v;
    }
    for (double& w : weights) w = clamped(w);
    for (const rule::Expression& each : rule::names(rule->space.events->on_post))
      post_reads_weight = post_reads_weight || each.name() == "w";
  }
  [[nodiscard]] double clamped(double w) const {
    const double w_min = rule->space.events->w_min;
    const double w_max = rule->space.events->w_max;
    w = w > w_min ? w : w_min;
    return w < w_max ? w : w_max;
  }
  /// By the neurons' states at the start of the step.
  void evolve(double dt) {
    for (std::size_t k = 0; k < traces.size(); ++k) {
      const rule::Trace& trace = rule->space.events->traces[k];
      const double step = dt / rule->values[trace.time_constant];
      const double factor = std::exp(-step);
      for (std::size_t i = 0; i < traces[k].size(); ++i) {
        if (trace.signal == rule::Signal::spikes) traces[k][i] *= factor;
        else traces[k][i] -= std::expm1(-step) * (to.state(i, trace.signal) - traces[k][i]);
      }
    }
  }
  void learn(bool on) {
    if (rule && learns && !on) {
      for (double& w : weights) w = clamped(w);
    }
    learns = on;
  }
  [[nodiscard]] double change(const rule::Expression& formula, std::size_t j, std::size_t s) const {
    rule::Bindings<double> names{{"w", weights[s]}};
    for (std::size_t i = 0; i < rule->values.size(); ++i) names[rule->space.parameters[i].name] = rule->values[i];
    for (std::size_t k = 0; k < traces.size(); ++k) {
      const rule::Trace& trace = rule->space.events->traces[k];
      names[trace.name] = traces[k][trace.side == rule::Side::pre ? j : synapses.targets[s]];
    }
    return rule::evaluate<double>(formula, names);
  }
  void pre_spike(std::size_t j) {
    for (std::size_t s = synapses.first[j]; s < synapses.first[j] + synapses.counts[j]; ++s) {
      if (rule && learns) weights[s] = clamped(weights[s]);
      conductance[synapses.targets[s]] += weights[s];
      if (rule && learns) weights[s] = clamped(weights[s] + change(rule->space.events->on_pre, j, s));
    }
  }
  void post_spike(std::size_t i) {
    if (!rule || !learns) return;
    synapses.for_each([&](std::size_t j, std::size_t s) {
      if (synapses.targets[s] != i) return;
      if (post_reads_weight) weights[s] = clamped(weights[s]);
      weights[s] += change(rule->space.events->on_post, j, s);
    });
  }
  void jump(rule::Side side, std::size_t neuron) {
    for (std::size_t k = 0; k < traces.size(); ++k) {
      const rule::Trace& trace = rule->space.events->traces[k];
      if (trace.side == side && trace.signal == rule::Signal::spikes) traces[k][neuron] += 1;
    }
  }
};

}  // namespace

RecurrentLife reference(const RecurrentNetwork& network, std::span<const rule::Rule* const> rules,
                        const RecurrentTrial& trial) {
  std::vector<std::optional<Neurons>> neurons;
  for (const Population& each : network.populations)
    each.neuron ? neurons.emplace_back(std::in_place, *each.neuron, network, each.size) : neurons.emplace_back();
  std::vector<Pathway> pathways;
  for (std::size_t c = 0; c < network.projections.size(); ++c) {
    const Projection& projection = network.projections[c];
    Neurons& to = *neurons[projection.to];
    const bool excitatory = network.populations[projection.from].transmitter == Transmitter::excitatory;
    pathways.push_back(
        {trial.synapses[c], rules[c], network.steps_in(projection.delay), to, excitatory ? to.ampa : to.gaba});
    pathways.back().start();
  }
  std::vector<std::vector<Step>> spikes(network.populations.size(), std::vector<Step>(trial.steps));
  for (std::size_t t = 0; t < trial.steps; ++t) {
    // Traces and neurons evolve, by voltages and conductances at the start of the step.
    for (std::size_t c = 0; c < pathways.size(); ++c) {
      pathways[c].evolve(network.dt.value);
      pathways[c].learn(trial.learns(c, t));
    }
    for (std::size_t p = 0; p < neurons.size(); ++p) {
      const std::size_t size = network.populations[p].size;
      for (std::size_t i = 0; neurons[p] && i < size; ++i) {
        if (neurons[p]->evolve(i, t)) spikes[p][t].push_back(static_cast<std::uint16_t>(i));
      }
      if (neurons[p]) continue;
      const auto given = trial.inputs[p].at(t);
      spikes[p][t].assign(given.begin(), given.end());
    }
    // Spikes that arrive propagate with the weight as it is and then change it.
    for (std::size_t c = 0; c < pathways.size(); ++c) {
      Pathway& each = pathways[c];
      each.arriving = t < each.delay ? Step{} : spikes[network.projections[c].from][t - each.delay];
      for (const std::uint16_t j : each.arriving) each.pre_spike(j);
    }
    // Postsynaptic spikes of this step change it; then all traces jump.
    for (std::size_t c = 0; c < pathways.size(); ++c) {
      const Step& now = spikes[network.projections[c].to][t];
      for (const std::uint16_t i : now) pathways[c].post_spike(i);
      for (const std::uint16_t j : pathways[c].arriving) pathways[c].jump(rule::Side::pre, j);
      for (const std::uint16_t i : now) pathways[c].jump(rule::Side::post, i);
    }
  }
  RecurrentLife life{.spikes = std::vector<SpikeTrains>(neurons.size())};
  for (std::size_t p = 0; p < neurons.size(); ++p) {
    if (!neurons[p]) continue;
    SpikeTrains& out = life.spikes[p];
    out = {.inputs = network.populations[p].size, .first = {0}};
    for (const Step& each : spikes[p]) {
      out.sources.insert(out.sources.end(), each.begin(), each.end());
      out.first.push_back(static_cast<std::uint32_t>(out.sources.size()));
    }
  }
  for (const Pathway& each : pathways) {
    life.weights.emplace_back();
    if (!each.rule) continue;
    each.synapses.for_each(
        [&](std::size_t, std::size_t s) { life.weights.back().push_back(each.clamped(each.weights[s])); });
  }
  return life;
}

}  // namespace carve::network
