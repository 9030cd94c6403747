#include "carve/experiment/reading/recurrent_sections.hpp"

#include <cmath>

#include "carve/rule/event_family.hpp"
#include "carve/task/recurrent/recurrent_loss.hpp"

namespace carve::experiment {
namespace {

using base::Table;
using base::Value;

std::vector<std::string> connections_of(const network::RecurrentNetwork& network) {
  std::vector<std::string> names;
  for (const network::Projection& each : network.projections) names.push_back(network.name_of(each));
  return names;
}

/// Says where a time is no multiple of a stretch.
void check_stretches(base::Seconds time, const base::Span& place, base::Diagnostics& diagnostics) {
  const double stretches = time.value / task::stretch.value;
  if (std::abs(stretches - std::round(stretches)) > 1e-6 * std::max(stretches, 1.0))
    diagnostics.error(place, "not a multiple of 10 ms", "networks go on by 10 ms at a time");
}

base::Span place_in(const Table& table, const char* key, const base::Span& otherwise) {
  const Value* value = table.find(key);
  return value ? value->span : otherwise;
}

}  // namespace

RecurrentSections::RecurrentSections(Sections& sections, Experiment& experiment)
    : sections_(sections),
      experiment_(experiment),
      events_(sections, experiment, connections_of(experiment.recurrent->network), rule::read_event_rule) {}

void RecurrentSections::read_trials() {
  const auto section = sections_.section("trials", "for example: count = 10, lifetime = \"60 s\"");
  if (!section) return;
  base::Diagnostics& diagnostics = sections_.diagnostics();
  const std::size_t before = diagnostics.size();
  const auto& schema = task::recurrent_trial_schema();
  const task::RecurrentTrialPlan plan =
      schema.read(section->table, section->place, "[trials]", diagnostics, {"phases", "inputs", "stimuli"});
  task::RecurrentTask& task = *experiment_.recurrent;
  Table resolved;
  schema.write(plan, resolved);
  task.recorded = plan.recorded;
  read_inputs(*section, resolved);
  if (section->table.find("phases")) {
    if (const Value* lifetime = section->table.find("lifetime"))
      diagnostics.error(lifetime->span, "with phases, their durations are the lifetime", "remove 'lifetime'");
    std::erase_if(resolved.entries, [](const base::Entry& each) { return each.key == "lifetime"; });
    read_phases(*section, resolved);
  } else {
    check_stretches(plan.lifetime, place_in(section->table, "lifetime", section->place), diagnostics);
    task.phases = {{.name = "life", .duration = plan.lifetime}};
  }
  read_stimuli(*section, resolved);
  if (diagnostics.size() == before && task.recorded > task.lifetime()) {
    diagnostics.error(place_in(section->table, "recorded", section->place),
                      "'recorded' is longer than a lifetime of " +
                          base::format_quantity(base::Dimension::time, task.lifetime().value),
                      "it is the end of the lifetime over which metrics are taken; 10 s unless the file says so");
  }
  experiment_.trials = {.count = plan.count,
                        .steps = static_cast<std::int64_t>(task.steps()),
                        .redraw = plan.redraw,
                        .validation = plan.validation,
                        .wall_limit = plan.wall_limit};
  experiment_.resolved.set("trials", {resolved, {}});
  trials_known_ = diagnostics.size() == before;
}

void RecurrentSections::read_inputs(const Section& trials, Table& resolved) {
  const Value* value = trials.table.find("inputs");
  const Table* table = value ? value->as<Table>() : nullptr;
  if (value && !table) {
    sections_.diagnostics().error(value->span, "'inputs' must be a table",
                                  "for example inputs = { lowest_rate = \"1 Hz\", highest_rate = \"5 Hz\" }");
    return;
  }
  const auto& schema = task::network_inputs_schema();
  task::NetworkInputs& inputs = experiment_.recurrent->inputs;
  if (table) {
    inputs = schema.read(*table, value->span, "inputs", sections_.diagnostics());
    if (inputs.lowest_rate > inputs.highest_rate)
      sections_.diagnostics().error(place_in(*table, "lowest_rate", value->span),
                                    "lowest_rate is larger than highest_rate");
  }
  Table own;
  schema.write(inputs, own);
  resolved.set("inputs", {std::move(own), {}});
}

void RecurrentSections::read_phases(const Section& trials, Table& resolved) {
  base::Diagnostics& diagnostics = sections_.diagnostics();
  const Value* value = trials.table.find("phases");
  const auto* list = value->as<base::Array>();
  if (!list || list->empty()) {
    diagnostics.error(value->span, "expected a list of phases",
                      "for example phases = [{ name = \"train\", duration = \"20 s\", show = \"familiar\" }]");
    return;
  }
  base::Array written;
  task::RecurrentTask& task = *experiment_.recurrent;
  for (const Value& each : *list) {
    const auto* table = each.as<Table>();
    if (!table) {
      diagnostics.error(each.span, "a phase must be a table, but this is " + std::string(each.type_name()),
                        "for example { name = \"rest\", duration = \"5 s\" }");
      continue;
    }
    task.phases.push_back(task::phase_schema().read(*table, each.span, "a phase", diagnostics));
    const task::Phase& phase = task.phases.back();
    check_stretches(phase.duration, place_in(*table, "duration", each.span), diagnostics);
    check_plastic(*table);
    for (std::size_t i = 0; i + 1 < task.phases.size(); ++i) {
      if (task.phases[i].name == phase.name)
        diagnostics.error(place_in(*table, "name", each.span), "two phases are called '" + phase.name + "'");
    }
    Table own;
    task::phase_schema().write(phase, own);
    written.push_back({std::move(own), {}});
  }
  resolved.set("phases", {std::move(written), {}});
}

void RecurrentSections::check_plastic(const Table& phase) {
  const Value* value = phase.find("plastic");
  const auto* list = value ? value->as<base::Array>() : nullptr;
  if (!list || !rules_known_) return;
  std::vector<std::string> plastic;
  for (const rule::RuleSpace& each : experiment_.rules.rules) plastic.push_back(each.name);
  for (const Value& each : *list) {
    const auto* name = each.as<std::string>();
    if (!name || std::find(plastic.begin(), plastic.end(), *name) != plastic.end()) continue;
    sections_.diagnostics().error(each.span,
                                  "there is no rule for '" + *name + "'" + base::did_you_mean(*name, plastic),
                                  "weights can change of " + base::join_choices(plastic));
  }
}

void RecurrentSections::read_stimuli(const Section& trials, Table& resolved) {
  base::Diagnostics& diagnostics = sections_.diagnostics();
  task::RecurrentTask& task = *experiment_.recurrent;
  const bool shows = std::any_of(task.phases.begin(), task.phases.end(),
                                 [](const task::Phase& each) { return each.show != task::Shown::nothing; });
  const Value* value = trials.table.find("stimuli");
  const Table* table = value ? value->as<Table>() : nullptr;
  if (value && !table) {
    diagnostics.error(value->span, "'stimuli' must be a table",
                      "for example stimuli = { patterns = 3, rate = \"50 Hz\" }");
    return;
  }
  if (!shows) {
    if (value) diagnostics.error(value->span, "no phase shows these stimuli", "give a phase show = \"familiar\"");
    return;
  }
  const auto& schema = task::stimuli_schema();
  task.stimuli = table ? schema.read(*table, value->span, "stimuli", diagnostics) : task::Stimuli{};
  const base::Span place = value ? value->span : trials.place;
  check_stretches(task.stimuli->on, table ? place_in(*table, "on", place) : place, diagnostics);
  check_stretches(task.stimuli->off, table ? place_in(*table, "off", place) : place, diagnostics);
  const auto& populations = task.network.populations;
  const auto shown_to = std::find_if(populations.begin(), populations.end(), [&](const auto& each) {
    return !each.neuron && each.name == task.stimuli->population;
  });
  if (shown_to == populations.end())
    diagnostics.error(table ? place_in(*table, "population", place) : place,
                      "'" + task.stimuli->population + "' is no population of inputs");
  else task.shown_to = static_cast<std::size_t>(shown_to - populations.begin());
  Table own;
  schema.write(*task.stimuli, own);
  resolved.set("stimuli", {std::move(own), {}});
}

void RecurrentSections::read_loss() {
  task::RecurrentLossContext context;
  if (trials_known_) context.task = experiment_.recurrent.get();
  experiment_.recurrent->loss =
      events_.read_loss(task::recurrent_losses(), context, "kind = \"stability\", target = \"10 Hz\"");
}

}  // namespace carve::experiment
