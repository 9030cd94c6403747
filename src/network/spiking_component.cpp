// The spiking neuron as a file names it.
#include "carve/network/network.hpp"

namespace carve::network {
namespace {

using base::field;

/// The fields as the user sees them: conductances are two numbers each.
struct Options {
  SpikingNeuron neuron;
  base::Seconds dt = neuron.dt, membrane = neuron.membrane, refractory = neuron.refractory;
  base::Volts rest = neuron.rest, reset = neuron.reset, threshold = neuron.threshold;
  base::Seconds excitation_time = neuron.excitation.time_constant, inhibition_time = neuron.inhibition.time_constant;
  base::Volts excitation_reversal = neuron.excitation.reversal, inhibition_reversal = neuron.inhibition.reversal;
  double excitation_jump = neuron.excitation.jump, inhibition_jump = neuron.inhibition.jump;
  Clamp clamp = neuron.clamp;
  Updates updates = neuron.updates;
};

constexpr base::Range steps = base::between(1e-5, 1e-3);
constexpr base::Range time_constants = base::between(1e-4, 10);
constexpr base::Range voltages = base::between(-0.2, 0.2);
constexpr base::Range jumps = base::between(0, 100);

base::Schema<Options> schema() {
  return {{field(&Options::dt, "dt", "step of the simulation", steps),
           field(&Options::membrane, "membrane", "time constant of the membrane", time_constants),
           field(&Options::refractory, "refractory", "how long the voltage stays at its reset after a spike",
                 base::between(0, 1)),
           field(&Options::rest, "rest", "resting voltage", voltages),
           field(&Options::reset, "reset", "voltage after a spike", voltages),
           field(&Options::threshold, "threshold", "above it the neuron spikes", voltages),
           field(&Options::excitation_time, "excitation_time", "time constant of the excitatory conductance",
                 time_constants),
           field(&Options::excitation_reversal, "excitation_reversal", "where it pulls the voltage", voltages),
           field(&Options::excitation_jump, "excitation_jump",
                 "conductance that a spike over a synapse of weight 1 adds, in units of the leak", jumps),
           field(&Options::inhibition_time, "inhibition_time", "time constant of the inhibitory conductance",
                 time_constants),
           field(&Options::inhibition_reversal, "inhibition_reversal", "where it pulls the voltage", voltages),
           field(&Options::inhibition_jump, "inhibition_jump", "the same for inhibitory synapses", jumps),
           base::choice(&Options::clamp, "clamp", "when weights are held within their bounds",
                        base::Choices<Clamp>{{"each_event", Clamp::each_event}, {"at_read", Clamp::at_read}}),
           base::choice(&Options::updates, "updates",
                        "when postsynaptic spikes change the weights: at once, or when a weight is next read, quicker "
                        "above about 10 Hz; lazy needs clamp = \"at_read\"",
                        base::Choices<Updates>{{"eager", Updates::eager}, {"lazy", Updates::lazy}})}};
}

std::unique_ptr<Network> make(const Options& options, const NetworkContext&, const base::Span& place,
                              base::Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.size();
  if (options.reset >= options.threshold || options.rest >= options.threshold) {
    diagnostics.error(place, "the threshold is not above the resting voltage and the reset",
                      "the neuron would spike without any input");
  }
  if (options.excitation_reversal <= options.threshold) {
    diagnostics.error(place, "excitation_reversal is not above the threshold", "excitation could never make it spike");
  }
  if (options.updates == Updates::lazy && options.clamp != Clamp::at_read) {
    diagnostics.error(place, "updates = \"lazy\" needs clamp = \"at_read\"",
                      "a weight that waits to be read cannot be clamped at every spike");
  }
  if (diagnostics.size() != before) return nullptr;
  return std::make_unique<Network>(
      SpikingNeuron{.dt = options.dt,
                    .rest = options.rest,
                    .reset = options.reset,
                    .threshold = options.threshold,
                    .membrane = options.membrane,
                    .refractory = options.refractory,
                    .excitation = {options.excitation_reversal, options.excitation_time, options.excitation_jump},
                    .inhibition = {options.inhibition_reversal, options.inhibition_time, options.inhibition_jump},
                    .clamp = options.clamp,
                    .updates = options.updates});
}

}  // namespace

const NetworkComponent spiking_neuron = base::component<Network, NetworkContext>(
    "spiking_neuron",
    "One leaky integrate-and-fire neuron with conductance synapses; rules 'excitation' and 'inhibition', one or both.",
    "vogels2011", "kind = \"spiking_neuron\"", "kind", schema(), make);

}  // namespace carve::network
