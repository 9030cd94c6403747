// The spike-timing window of a found rule, as reports show it.
#pragma once

#include <string>
#include <vector>

#include "carve/rule/found_rule.hpp"

namespace carve::experiment {

/// The change of a weight by one pair of spikes, against how long the postsynaptic one comes after the other.
struct PairWindow {
  std::string connection;
  std::vector<double> lags;  // s
  std::vector<double> changes;
};

/// Between -100 and 100 ms, of a weight of 1.
[[nodiscard]] PairWindow pair_window(const rule::Rule& rule);

}  // namespace carve::experiment
