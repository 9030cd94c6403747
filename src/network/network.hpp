// The networks a file may name, of whatever kind.
#pragma once

#include <variant>
#include <vector>

#include "carve/base/component.hpp"
#include "carve/network/rate_network.hpp"
#include "carve/network/spiking_neuron.hpp"

namespace carve::network {

using Network = std::variant<RateNetwork, SpikingNeuron>;

struct NetworkContext {};
using NetworkComponent = base::Component<Network, NetworkContext>;
[[nodiscard]] const std::vector<const NetworkComponent*>& networks();

extern const NetworkComponent spiking_neuron;

}  // namespace carve::network
