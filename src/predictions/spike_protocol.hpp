// What given spikes of two neurons do to the weight between them, at their exact times.
#pragma once

#include <vector>

#include "carve/rule/found_rule.hpp"

namespace carve::predictions {

/// Times in seconds, in any order.
struct SpikeTrains {
  std::vector<double> pre, post;
};

/// The change of a weight `w` by these spikes. Traces are 0 before, decay exactly in between, are read before they
/// jump; pre- and postsynaptic spikes at the same time do not interact (docs/explanation/spikes.md). The weight is not
/// clamped to [w_min, w_max], as in rule::spike_pair_window. Precondition: a rule between spiking neurons that reads no
/// state of theirs.
[[nodiscard]] double weight_change(const rule::Rule& rule, const SpikeTrains& spikes, double w);

}  // namespace carve::predictions
