#include "carve/network/recurrent/declaration.hpp"

#include <algorithm>
#include <cmath>

#include "carve/base/scalar_math.hpp"

namespace carve::network {
namespace {

/// A probability that gives as many synapses per target neuron as `usual` of `usual_size` sources.
double same_synapses(double usual, std::size_t usual_size, std::size_t size) {
  return size == 0 ? 0 : std::min(1.0, usual * static_cast<double>(usual_size) / static_cast<double>(size));
}

}  // namespace

double NeuronModel::nmda_gain(base::Seconds dt) const {
  const double slow = base::exp(-dt.value / nmda.value);
  if (nmda == ampa) return dt.value / ampa.value * slow;
  return ampa.value / (ampa.value - nmda.value) * (base::exp(-dt.value / ampa.value) - slow);
}

std::string RecurrentNetwork::name_of(const Projection& projection) const {
  return populations[projection.from].name + "->" + populations[projection.to].name;
}

std::size_t RecurrentNetwork::steps_in(base::Seconds time) const {
  return static_cast<std::size_t>(std::llround(time.value / dt.value));
}

RecurrentNetwork tif_network(const NetworkSize& size) {
  const NeuronModel neuron;
  const base::Seconds delay{8e-4};
  const double from_e = same_synapses(0.02, 8000, size.excitatory);
  const double from_i = same_synapses(0.02, 2000, size.inhibitory);
  const double from_inputs = same_synapses(0.05, 5000, size.inputs);
  return {.populations = {{"E", size.excitatory, Transmitter::excitatory, neuron},
                          {"I", size.inhibitory, Transmitter::inhibitory, neuron},
                          {"inputs", size.inputs, Transmitter::excitatory, {}}},
          .projections = {{0, 0, from_e, 0.03, 0.03, delay},
                          {0, 1, from_e, 0.03, 0.03, delay},
                          {1, 0, from_i, 0, 0.3, delay},
                          {1, 1, from_i, 0.3, 0.3, delay},
                          {2, 0, from_inputs, 0.1, 0.1, {}},
                          {2, 1, from_inputs, 0.1, 0.1, {}}}};
}

RecurrentNetwork adaptive_network(const NetworkSize& size) {
  NeuronModel neuron;
  neuron.rest = neuron.reset = base::Volts{-0.07};
  neuron.refractory = {};
  neuron.nmda_share = 0.77;
  neuron.threshold_jump = base::Volts{0.1};
  const base::Seconds delay{8e-4};
  const double from_e = same_synapses(0.1, 4096, size.excitatory);
  const double from_i = same_synapses(0.1, 1024, size.inhibitory);
  const double from_inputs = same_synapses(0.05, 5000, size.inputs);
  return {.populations = {{"E", size.excitatory, Transmitter::excitatory, neuron},
                          {"I", size.inhibitory, Transmitter::inhibitory, neuron},
                          {"inputs", size.inputs, Transmitter::excitatory, {}}},
          .projections = {{0, 0, from_e, 0.1, 0.1, delay},
                          {0, 1, from_e, 0.1, 0.1, delay},
                          {1, 0, from_i, 1, 1, delay},
                          {1, 1, from_i, 1, 1, delay},
                          {2, 0, from_inputs, 0.075, 0.075, {}},
                          {2, 1, from_inputs, 0.075, 0.075, {}}}};
}

}  // namespace carve::network
