// States of the postsynaptic neuron that an experimenter clamps: V, C_E and C_I.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "carve/base/units.hpp"
#include "carve/predictions/prediction.hpp"
#include "carve/rule/substitute.hpp"

namespace carve::predictions {

std::optional<Held> read_held(std::string_view text, base::Diagnostics& diagnostics) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const auto trimmed = [](std::string_view part) {
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    return part;
  };
  const std::string_view state = trimmed(text.substr(0, equals));
  const auto value = base::parse_quantity(trimmed(text.substr(std::min(equals + 1, text.size()))));
  if (rule::signal_named(state) == rule::Signal::spikes) {
    diagnostics.error({}, fmt::format("there is no state '{}' to hold", state),
                      "V, the membrane potential, C_E and C_I, the currents: --hold V=-65mV");
    return std::nullopt;
  }
  if (!value || value->dimension != base::Dimension::voltage) {
    diagnostics.error({}, fmt::format("'{}' does not say at which voltage {} is held", text, state),
                      fmt::format("write --hold {}=-65mV (currents too are in volts: conductances are in units of the "
                                  "leak)",
                                  state));
    return std::nullopt;
  }
  return Held{std::string(state), value->value};
}

rule::Rule with_held(rule::Rule rule, const std::vector<Held>& held) {
  if (!rule.space.events || !rule.space.events->state()) return rule;
  rule::EventRule& events = *rule.space.events;
  std::map<std::string, rule::Expression, std::less<>> numbers;
  for (const Held& each : held) numbers.emplace(each.state, rule::Expression::number(each.volts));
  events.on_pre = substitute(events.on_pre, numbers);
  events.on_post = substitute(events.on_post, numbers);
  std::erase_if(events.traces, [&](const rule::Trace& each) { return numbers.contains(each.name); });
  events.pre_polynomial.reset();  // in other variables; means are then taken over spikes
  events.post_polynomial.reset();
  return rule;
}

}  // namespace carve::predictions
