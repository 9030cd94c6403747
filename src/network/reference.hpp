// The rate network as its equations say, one candidate, one synapse at a time: the oracle, never made faster.
#pragma once

#include <span>
#include <vector>

#include "carve/network/rate_network.hpp"
#include "carve/rule/rule_space.hpp"

namespace carve::network {

/// The weights after `steps` samples, [output][input]. inputs: [step][input]; weights: the initial ones;
/// values: all parameters of the rule.
[[nodiscard]] std::vector<double> reference(const RateNetwork& network, const rule::RuleSpace& space,
                                            std::span<const double> values, std::span<const double> inputs,
                                            std::size_t steps, std::vector<double> weights);

}  // namespace carve::network
