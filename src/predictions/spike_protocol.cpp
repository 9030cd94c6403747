#include "carve/predictions/spike_protocol.hpp"

#include <algorithm>

#include "carve/predictions/synapse.hpp"

namespace carve::predictions {

double weight_change(const rule::Rule& rule, const SpikeTrains& spikes, double w) {
  using rule::Side;
  Synapse synapse(rule, w);
  struct Spike {
    double time;
    Side side;
  };
  std::vector<Spike> all;
  for (const double time : spikes.pre) all.push_back({time, Side::pre});
  for (const double time : spikes.post) all.push_back({time, Side::post});
  std::stable_sort(all.begin(), all.end(), [](const Spike& a, const Spike& b) { return a.time < b.time; });

  for (std::size_t first = 0; first < all.size();) {
    std::size_t end = first;
    while (end < all.size() && all[end].time == all[first].time) ++end;
    synapse.go_to(all[first].time);
    // Presynaptic spikes come first in the list: the sort keeps their order.
    for (std::size_t i = first; i < end; ++i) synapse.set_weight(synapse.weight() + synapse.change(all[i].side));
    for (std::size_t i = first; i < end; ++i) synapse.jump(all[i].side);
    first = end;
  }
  return synapse.weight() - w;
}

}  // namespace carve::predictions
