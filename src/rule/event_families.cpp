// The list of families of event rules, and what they share.
#include "carve/rule/event_family.hpp"

#include <algorithm>
#include <cassert>

namespace carve::rule {

const std::vector<const Family*>& event_families() {
  static const std::vector<const Family*> list{
      &six_parameter_family,
      &product_polynomial_family,
      &mlp_family,
      &events_family,
  };
  return list;
}

Signal signal_named(std::string_view name) {
  if (name == "V") return Signal::voltage;
  if (name == "C_E") return Signal::excitation;
  return name == "C_I" ? Signal::inhibition : Signal::spikes;
}

std::optional<RuleSpace> read_event_rule(const std::string& name, const base::Table& table, const base::Span& place,
                                         base::Diagnostics& diagnostics) {
  const Family* chosen = &events_family;
  if (table.find("family"))
    chosen = base::find_component(event_families(), table, place, "family", "family of event rules", diagnostics);
  if (!chosen) return std::nullopt;
  base::Table resolved;
  const auto space = chosen->make(table, place, FamilyContext{name}, resolved, diagnostics);
  if (!space) return std::nullopt;
  space->resolved = std::move(resolved);
  return std::move(*space);
}

EventCoefficients event_coefficients(const RuleSpace& space, std::span<const double> values) {
  assert(space.events && space.events->pre_polynomial && space.events->post_polynomial);
  std::vector<double> all(space.coefficient_program.results.size());
  std::vector<double> registers;
  run<double>(space.coefficient_program, values, registers, all);
  const auto border = all.begin() + static_cast<std::ptrdiff_t>(space.events->pre_polynomial->terms.size());
  return {{all.begin(), border}, {border, all.end()}};
}

std::vector<Input> event_inputs(const RuleSpace& space, Side spiking) {
  std::vector<Input> result;
  for (const Parameter& each : space.parameters) result.push_back({each.name, Level::candidate});
  result.push_back({"w", Level::synapse});
  for (const Trace& each : space.events->traces)
    result.push_back({each.name, each.side == spiking ? Level::step : Level::synapse});
  return result;
}

}  // namespace carve::rule
