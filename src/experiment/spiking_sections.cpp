#include "carve/experiment/spiking_sections.hpp"

#include <fmt/format.h>

#include "carve/rule/event_family.hpp"

namespace carve::experiment {
namespace {

using base::Table;
using base::Value;

struct LossOptions {
  double l1 = 0;
};
const base::Schema<LossOptions> loss_schema{{base::field(
    &LossOptions::l1, "l1", "weight of the sum of absolute coefficients, added to the loss", base::not_negative)}};

struct ReferenceOptions {
  std::string name = "known rule";
};
const base::Schema<ReferenceOptions> reference_schema{
    {base::field(&ReferenceOptions::name, "name", "what the known rule is called")}};

const std::vector<std::string> connections{network::spiking_connections.begin(), network::spiking_connections.end()};

}  // namespace

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

bool SpikingSections::read_rules() {
  const auto section =
      sections_.section("rule", "write [rule.inhibition] with family = \"six_parameter\" or on_pre and on_post");
  if (!section) return false;
  base::report_unknown_keys(section->table, connections, "[rule]", sections_.diagnostics());
  Table resolved;
  bool complete = true;
  for (const std::string& name : connections) {
    const Value* value = section->table.find(name);
    if (!value) continue;
    const Table* table = value->as<Table>();
    if (!table) {
      sections_.diagnostics().error(value->span, "[rule." + name + "] must be a table",
                                    "for example family = \"six_parameter\"");
      complete = false;
      continue;
    }
    (name == "excitation" ? experiment_.spiking->plastic.excitation : experiment_.spiking->plastic.inhibition) = true;
    auto space = read_spiking_rule(name, *table, value->span, sections_.diagnostics());
    if (!space) {
      complete = false;
      continue;
    }
    resolved.set(name, {space->resolved, {}});
    experiment_.rules.rules.push_back(std::move(*space));
  }
  if (complete && experiment_.rules.rules.empty()) {
    sections_.diagnostics().error(section->place, "no synapse of the neuron is plastic",
                                  "write [rule.inhibition], [rule.excitation] or both");
    complete = false;
  }
  experiment_.resolved.set("rule", {resolved, {}});
  rules_known_ = complete;
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
                        .validation = plan.validation};
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
  auto section = sections_.section("loss", "for example: kind = \"target_rate\", target = \"5 Hz\"");
  if (!section) return;
  Table own;
  experiment_.l1 = sections_.take(loss_schema, *section, "[loss]", own).l1;
  Table resolved;
  const task::SpikingTask& spiking = *experiment_.spiking;
  task::SpikingLossContext context{.lifetime = spiking.lifetime};
  if (spiking.inputs) context.groups = spiking.inputs->groups();
  experiment_.spiking->loss = sections_.make(task::spiking_losses(), section->table, section->place, "kind", "loss",
                                             context, resolved, Sections::names(loss_schema));
  for (const base::Entry& entry : own.entries) resolved.set(entry.key, entry.value);
  experiment_.resolved.set("loss", {resolved, {}});
}

void SpikingSections::read_reference() {
  const auto section = sections_.section("reference", "", false);
  if (!section) return;
  base::Diagnostics& diagnostics = sections_.diagnostics();
  Table resolved;
  reference_schema.write(reference_schema.read(section->table, section->place, "[reference]", diagnostics, connections),
                         resolved);
  if (!rules_known_) return;
  Reference made;
  if (const Value* name = resolved.find("name")) made.name = *name->as<std::string>();
  for (const rule::RuleSpace& searched : experiment_.rules.rules) {
    const Value* value = section->table.find(searched.name);
    const Table* table = value ? value->as<Table>() : nullptr;
    if (!table) {
      diagnostics.error(value ? value->span : section->place,
                        "the reference has no rule for " + searched.name + ", which is searched",
                        "write [reference." + searched.name + "], every parameter a number");
      return;
    }
    auto space = read_spiking_rule(searched.name, *table, value->span, diagnostics);
    if (!space) return;
    resolved.set(searched.name, {space->resolved, {}});
    auto fixed = rule::fixed_rule(std::move(*space), diagnostics);
    if (!fixed) return;
    made.values.insert(made.values.end(), fixed->values.begin(), fixed->values.end());
    made.rules.rules.push_back(std::move(fixed->space));
  }
  for (const std::string& name : connections) {
    const Value* value = section->table.find(name);
    if (!value || resolved.find(name)) continue;
    diagnostics.error(value->span, "the reference has a rule for " + name + ", which keeps its weights here",
                      "remove it, or write [rule." + name + "]");
  }
  experiment_.resolved.set("reference", {resolved, {}});
  experiment_.reference = std::move(made);
}

}  // namespace carve::experiment
