#include "carve/experiment/reading/spiking_sections.hpp"

#include <fmt/format.h>

#include "carve/rule/event_family.hpp"

namespace carve::experiment {
using base::Table;
using base::Value;

std::optional<rule::RuleSpace> read_spiking_rule(const std::string& name, const Table& table, const base::Span& place,
                                                 base::Diagnostics& diagnostics) {
  auto space = rule::read_event_rule(name, table, place, diagnostics);
  if (!space || network::is_linear(*space)) return space;
  if (const rule::Trace* const state = space->events->state()) {
    base::Span at = place;
    for (const rule::Expression& each : rule::names(space->events->on_pre + space->events->on_post)) {
      if (each.name() == state->name && each.span().source) at = each.span();
    }
    diagnostics.error(at, fmt::format("'{}' is known in recurrent networks only", state->name),
                      "rules of a single neuron are made of parameters and traces of spikes");
    return std::nullopt;
  }
  diagnostics.error(place, "carve cannot simulate this rule",
                    "on_pre may be a + b*(a postsynaptic trace), on_post c + d*(a presynaptic trace), without w");
  return std::nullopt;
}

SpikingSections::SpikingSections(Sections& sections, Experiment& experiment)
    : sections_(sections),
      experiment_(experiment),
      events_(sections, experiment, {network::spiking_connections.begin(), network::spiking_connections.end()},
              read_spiking_rule) {}

bool SpikingSections::read_rules() {
  const bool complete = events_.read_rules();
  network::Plastic& plastic = experiment_.spiking->plastic;
  for (const rule::RuleSpace& each : experiment_.rules.rules)
    (each.name == "excitation" ? plastic.excitation : plastic.inhibition) = true;
  return complete;
}

void SpikingSections::read_trials() {
  const auto section = sections_.section("trials", "for example: count = 3, inputs = { kind = \"grouped\" }");
  if (!section) return;
  const auto& schema = task::spiking_trial_schema();
  const task::SpikingTrialPlan plan =
      schema.read(section->table, section->place, "[trials]", sections_.diagnostics(), {"inputs"});
  task::SpikingTask& spiking = *experiment_.spiking;
  spiking.lifetime = plan.lifetime;
  experiment_.trials = {.count = plan.count,
                        .steps = static_cast<std::int64_t>(spiking.steps()),
                        .redraw = plan.redraw,
                        .validation = plan.validation,
                        .wall_limit = plan.wall_limit};
  Table resolved;
  schema.write(plan, resolved);
  const Value* inputs = section->table.find("inputs");
  const Table* table = inputs ? inputs->as<Table>() : nullptr;
  if (!table) {
    sections_.diagnostics().error(inputs ? inputs->span : section->place, "missing 'inputs' in [trials]",
                                  "for example: inputs = { kind = \"grouped\" }");
    return;
  }
  Table inputs_resolved;
  spiking.inputs = sections_.make(task::spike_inputs(), *table, inputs->span, "kind", "input",
                                  task::SpikeInputsContext{}, inputs_resolved);
  resolved.set("inputs", {inputs_resolved, {}});
  experiment_.resolved.set("trials", {resolved, {}});
}

void SpikingSections::read_loss() {
  const task::SpikingTask& spiking = *experiment_.spiking;
  task::SpikingLossContext context{.lifetime = spiking.lifetime};
  if (spiking.inputs) context.groups = spiking.inputs->groups();
  experiment_.spiking->loss =
      events_.read_loss(task::spiking_losses(), context, "kind = \"target_rate\", target = \"5 Hz\"");
}

}  // namespace carve::experiment
