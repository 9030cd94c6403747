#include "carve/rule/spike_pairs.hpp"

#include <cassert>
#include <cmath>

#include "carve/base/scalar_math.hpp"
#include "carve/rule/evaluate.hpp"

namespace carve::rule {

std::vector<double> spike_pair_window(const Rule& rule, std::span<const double> lags, double w) {
  assert(rule.space.events && !rule.space.events->state());
  const EventRule& events = *rule.space.events;
  Bindings<double> names;
  for (std::size_t i = 0; i < rule.values.size(); ++i) names[rule.space.parameters[i].name] = rule.values[i];
  const auto change = [&](Side side) { return evaluate(side == Side::pre ? events.on_pre : events.on_post, names); };

  std::vector<double> window;
  for (const double lag : lags) {
    const Side first = lag < 0 ? Side::post : Side::pre;
    names["w"] = w;
    for (const Trace& each : events.traces) names[each.name] = 0;
    const double by_first = change(first);
    names["w"] += by_first;
    for (const Trace& each : events.traces) {
      if (each.side == first && lag != 0)
        names[each.name] = base::exp(-std::fabs(lag) / rule.values[each.time_constant]);
    }
    window.push_back(by_first + change(first == Side::pre ? Side::post : Side::pre));
  }
  return window;
}

}  // namespace carve::rule
