#include <fmt/format.h>

#include "carve/predictions/prediction.hpp"

namespace carve::predictions {

std::optional<Predictions> predict(std::vector<Labelled> rules, double weight, std::vector<Held> held,
                                   base::Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.size();
  std::vector<rule::Rule> measured;
  for (const Labelled& each : rules) {
    const auto& events = each.rule.space.events;
    if (events.has_value() != rules.front().rule.space.events.has_value()) {
      diagnostics.error({},
                        fmt::format("{} and {} are rules of different kinds: one acts at spikes, the other one at each "
                                    "step of a rate network",
                                    rules.front().label, each.label),
                        "predict them one at a time");
      break;
    }
    measured.push_back(with_held(each.rule, held));
    const auto& left = measured.back().space.events;
    const rule::Trace* const state = left ? left->state() : nullptr;
    if (state)
      diagnostics.error({},
                        fmt::format("{} reads '{}', a state of the postsynaptic neuron, and these protocols give "
                                    "spikes alone",
                                    each.label, state->name),
                        fmt::format("say where it is held, for example --hold {}={}", state->name,
                                    state->signal == rule::Signal::voltage ? "-65mV" : "20mV"));
  }
  if (diagnostics.size() != before) return std::nullopt;
  Predictions result{.weight = weight, .held = std::move(held), .rules = std::move(rules)};
  for (const Protocol* protocol : protocols_of(result.rules.front().rule)) {
    Predicted predicted{.protocol = protocol};
    for (const rule::Rule& each : measured) predicted.figures.push_back(protocol->measure(each, weight));
    result.protocols.push_back(std::move(predicted));
  }
  result.distinctions = distinctions(result);
  return result;
}

}  // namespace carve::predictions
