// A lifetime of a recurrent network: what it is given, and what came of it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "carve/network/recurrent/synapses.hpp"
#include "carve/network/spiking_neuron.hpp"

namespace carve::network {

/// Steps during which a projection's weights stay as they are, clamped, while traces go on.
struct Frozen {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::optional<std::size_t> projection = {};  // nothing: all of them
};

/// What one lifetime brings to the network, the same for all candidates.
struct RecurrentTrial {
  std::vector<Synapses> synapses;   // [projection]
  std::vector<SpikeTrains> inputs;  // [population]; of populations of neurons without steps
  std::size_t steps = 0;
  std::vector<Frozen> frozen = {};  // kernels know multiples of 10 ms only

  [[nodiscard]] bool learns(std::size_t projection, std::size_t step) const {
    return std::none_of(frozen.begin(), frozen.end(), [&](const Frozen& each) {
      return step >= each.begin && step < each.end && each.projection.value_or(projection) == projection;
    });
  }
};

/// What one candidate's network did.
struct RecurrentLife {
  Ending ending = Ending::finished;
  std::vector<SpikeTrains> spikes;           // [population]; of inputs without steps
  std::vector<std::vector<double>> weights;  // [projection][synapse, source by source], at the end; of plastic ones
};

}  // namespace carve::network
