#include "carve/experiment/answer/pair_window.hpp"

#include "carve/rule/spike_pairs.hpp"

namespace carve::experiment {
namespace {

constexpr double longest_lag = 0.1;  // s
constexpr int points = 50;           // on each side

}  // namespace

PairWindow pair_window(const rule::Rule& rule) {
  PairWindow window{.connection = rule.space.name};
  for (int k = -points; k <= points; ++k) window.lags.push_back(longest_lag * static_cast<double>(k) / points);
  window.changes = rule::spike_pair_window(rule, window.lags, 1);
  return window;
}

}  // namespace carve::experiment
