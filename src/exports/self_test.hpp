// What an exported file checks itself by: activity that is stored in it, and the weights that carve makes of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "carve/base/units.hpp"
#include "carve/exports/code.hpp"

namespace carve::exports {

/// Some presynaptic neurons and one postsynaptic neuron, whose spikes are given.
struct SpikeTest {
  base::Seconds dt{1e-4};
  std::uint32_t steps = 10000;
  std::vector<std::vector<std::uint32_t>> pre;  // [neuron]: steps, rising
  std::vector<std::uint32_t> post;              // some of them in the same step as one of `pre`
  std::vector<double> before, after;            // weights, [neuron]
};
/// The weights follow docs/explanation/spikes.md, step by step in double.
[[nodiscard]] SpikeTest spike_test(const rule::Rule& rule);
/// What the templates ask for of it.
[[nodiscard]] std::map<std::string, std::string> values_of(const SpikeTest& test);

/// A linear network, hierarchical where its second rule wants lateral connections, and a few samples.
struct RateTest {
  std::size_t inputs = 3, outputs = 1;
  std::vector<double> samples;        // [step][input]
  std::vector<double> before, after;  // weights as network::RateNetwork orders them
};
[[nodiscard]] RateTest rate_test(const std::vector<rule::Rule>& rules);
/// What the templates ask for of it.
[[nodiscard]] std::map<std::string, std::string> values_of(const RateTest& test);

}  // namespace carve::exports
