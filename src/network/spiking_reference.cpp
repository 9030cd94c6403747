#include "carve/network/spiking_reference.hpp"

#include <cmath>

#include "carve/rule/evaluate.hpp"

namespace carve::network {
namespace {

/// One population of inputs: conductance, weights, traces.
struct Population {
  const SpikingInput& input;
  const Conductance& synapse;
  const rule::Rule* rule;
  bool clamp_each;
  double g = 0;
  std::vector<double> weights = input.weights;
  std::vector<std::vector<double>> traces = {};  // [trace][presynaptic neuron], or one number for postsynaptic ones

  void start() {
    if (!rule) return;
    for (const rule::Trace& each : rule->space.events->traces)
      traces.emplace_back(each.side == rule::Side::pre ? input.spikes.inputs : 1, 0.0);
    for (double& each : weights) each = clamped(each);
  }
  [[nodiscard]] double clamped(double w) const {
    const double w_min = rule->space.events->w_min;
    const double w_max = rule->space.events->w_max;
    w = w > w_min ? w : w_min;
    return w < w_max ? w : w_max;
  }
  void evolve(double dt) {
    g *= std::exp(-dt / synapse.time_constant.value);
    for (std::size_t k = 0; k < traces.size(); ++k) {
      const double tau = rule->values[rule->space.events->traces[k].time_constant];
      for (double& each : traces[k]) each *= std::exp(-dt / tau);
    }
  }
  [[nodiscard]] double change(const rule::Expression& formula, std::size_t j) const {
    rule::Bindings<double> names{{"w", weights[j]}};
    for (std::size_t i = 0; i < rule->values.size(); ++i) names[rule->space.parameters[i].name] = rule->values[i];
    for (std::size_t k = 0; k < traces.size(); ++k)
      names[rule->space.events->traces[k].name] = traces[k][traces[k].size() == 1 ? 0 : j];
    return rule::evaluate<double>(formula, names);
  }
  void pre_spike(std::size_t j) {
    if (rule) weights[j] = clamped(weights[j]);  // changes nothing where every event clamps
    g += synapse.jump * weights[j];
    if (rule) weights[j] = clamped(weights[j] + change(rule->space.events->on_pre, j));
  }
  void post_spike() {
    for (std::size_t j = 0; rule && j < weights.size(); ++j) {
      weights[j] += change(rule->space.events->on_post, j);
      if (clamp_each) weights[j] = clamped(weights[j]);
    }
  }
  void jump(rule::Side side, std::size_t j) {
    for (std::size_t k = 0; k < traces.size(); ++k) {
      if (rule->space.events->traces[k].side == side) traces[k][side == rule::Side::pre ? j : 0] += 1;
    }
  }
};

}  // namespace

SpikingLife reference(const SpikingNeuron& neuron, const rule::Rule* excitatory, const rule::Rule* inhibitory,
                      const SpikingTrial& trial) {
  const bool each_event = neuron.clamp == Clamp::each_event;
  Population populations[] = {{trial.excitation, neuron.excitation, excitatory, each_event},
                              {trial.inhibition, neuron.inhibition, inhibitory, each_event}};
  for (Population& each : populations) each.start();
  double v = neuron.rest.value;
  std::size_t resumes = 0;
  SpikingLife life{.end = trial.steps()};
  for (std::size_t t = 0; t < trial.steps(); ++t) {
    // The neuron and the traces evolve; the neuron by the conductances at the start of the step.
    double total = 1, drive = neuron.rest.value;
    for (Population& each : populations) {
      total += each.g;
      drive += each.g * each.synapse.reversal.value;
      each.evolve(neuron.dt.value);
    }
    if (t >= resumes) v -= (drive / total - v) * std::expm1(-neuron.dt.value / neuron.membrane.value * total);
    const bool spike = v > neuron.threshold.value;
    // Spikes propagate with the weight as it is and then change it; postsynaptic spikes change it; traces jump.
    for (Population& each : populations) {
      for (const std::uint16_t j : each.input.spikes.at(t)) each.pre_spike(j);
      if (spike) each.post_spike();
      for (const std::uint16_t j : each.input.spikes.at(t)) each.jump(rule::Side::pre, j);
      if (spike) each.jump(rule::Side::post, 0);
    }
    if (!spike) continue;
    life.spikes.push_back(static_cast<std::uint32_t>(t));
    v = neuron.reset.value;
    resumes = t + neuron.steps_in(neuron.refractory);
  }
  for (Population& each : populations) {
    for (double& w : each.weights) w = each.rule ? each.clamped(w) : w;
  }
  life.excitation = populations[0].weights;
  life.inhibition = populations[1].weights;
  return life;
}

}  // namespace carve::network
