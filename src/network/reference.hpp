// The rate network as its equations say, one candidate, one synapse at a time: the oracle, never made faster.
#pragma once

#include <span>
#include <vector>

#include "carve/network/rate_network.hpp"
#include "carve/rule/found_rule.hpp"

namespace carve::network {

/// The weights after `steps` samples. rules: one per connection; inputs: [step][input]; weights: the initial ones.
[[nodiscard]] std::vector<double> reference(const RateNetwork& network, std::span<const rule::Rule> rules,
                                            std::span<const double> inputs, std::size_t steps,
                                            std::vector<double> weights);

}  // namespace carve::network
