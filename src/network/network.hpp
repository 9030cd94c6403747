// The networks a file may name, of whatever kind.
#pragma once

#include <variant>
#include <vector>

#include "carve/base/component.hpp"
#include "carve/network/rate_network.hpp"
#include "carve/network/recurrent/declaration.hpp"
#include "carve/network/spiking_neuron.hpp"

namespace carve::network {

using Network = std::variant<RateNetwork, SpikingNeuron, RecurrentNetwork>;

struct NetworkContext {};
using NetworkComponent = base::Component<Network, NetworkContext>;
[[nodiscard]] const std::vector<const NetworkComponent*>& networks();

extern const NetworkComponent spiking_neuron;
extern const NetworkComponent recurrent;

/// What [network.populations.NAME] and [network.connections."FROM->TO"] of a recurrent network may say.
[[nodiscard]] std::vector<base::FieldInfo> population_fields();
[[nodiscard]] std::vector<base::FieldInfo> connection_fields();

}  // namespace carve::network
