// The spiking neuron as its equations say, one candidate, one synapse, one step at a time: the oracle, never made
// faster.
#pragma once

#include "carve/network/spiking_neuron.hpp"
#include "carve/rule/found_rule.hpp"

namespace carve::network {

/// One whole lifetime. A rule that is null leaves its weights as they are.
[[nodiscard]] SpikingLife reference(const SpikingNeuron& neuron, const rule::Rule* excitatory,
                                    const rule::Rule* inhibitory, const SpikingTrial& trial);

}  // namespace carve::network
