// A recurrent network as its equations say, one synapse at a time in double: the oracle, never made faster.
#pragma once

#include <span>

#include "carve/network/recurrent/lifetime.hpp"
#include "carve/rule/found_rule.hpp"

namespace carve::network {

/// One whole lifetime. rules: one per projection, null where weights stay as they are. Weights are clamped when they
/// are read (Clamp::at_read), by a presynaptic spike or by a formula that has w in it. Any event rule will do.
[[nodiscard]] RecurrentLife reference(const RecurrentNetwork& network, std::span<const rule::Rule* const> rules,
                                      const RecurrentTrial& trial);

}  // namespace carve::network
