#include "carve/experiment/reading/rate_sections.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace carve::experiment {
namespace {

using base::Table;
using base::Value;

struct LossOptions {
  double l1 = 0;
  std::int64_t points = 1;
};
const base::Schema<LossOptions> loss_schema{
    {base::field(&LossOptions::l1, "l1", "weight of the sum of absolute coefficients, added to the loss",
                 base::not_negative),
     base::field(&LossOptions::points, "points",
                 "equally distant points of the lifetime at which the loss is taken, and averaged; 1: its end",
                 base::between(1, 1000))}};

}  // namespace

const base::Schema<RateSections::Known>& RateSections::reference_schema() {
  static const base::Schema<Known> schema{
      {base::field(&Known::name, "name", "what the known rule is called"),
       base::field(&Known::dw, "dw", "its formula in x, y, w; all numbers"),
       base::field(&Known::lateral, "lateral", "the same for lateral connections")}};
  return schema;
}

std::vector<base::FieldInfo> RateSections::loss_fields() { return loss_schema.describe(); }
std::vector<base::FieldInfo> RateSections::reference_fields() { return reference_schema().describe(); }

bool RateSections::read_rules() {
  const auto section =
      sections_.section("rule", "write [rule.feedforward] with family = \"polynomial\" or dw = \"...\"");
  if (!section) return false;
  // Without a network nobody knows which connections there are.
  std::vector<network::Connection> connections = experiment_.network.connections();
  if (network_known_) {
    std::vector<std::string> known;
    for (const network::Connection& each : connections) known.push_back(each.name);
    base::report_unknown_keys(section->table, known, "[rule]", diagnostics_);
  } else {
    std::erase_if(connections, [&](const auto& each) { return !section->table.find(each.name); });
  }
  Table resolved;
  bool complete = network_known_;
  for (const network::Connection& connection : connections) {
    const Value* value = section->table.find(connection.name);
    const Table* table = value ? value->as<Table>() : nullptr;
    if (!table) {
      diagnostics_.error(value ? value->span : section->place, fmt::format("missing [rule.{}]", connection.name),
                         fmt::format("the rule of the connection {}", connection.brief));
      complete = false;
      continue;
    }
    auto space = rule::read_rule_space(connection.name, *table, value->span, diagnostics_);
    if (!space) {
      complete = false;
      continue;
    }
    resolved.set(connection.name, {space->resolved, {}});
    experiment_.rules.rules.push_back(std::move(*space));
  }
  experiment_.resolved.set("rule", {resolved, {}});
  return complete;
}

void RateSections::read_trials() {
  auto trials = sections_.section("trials", "for example: count = 20, steps = 1000, inputs = { kind = \"gaussian\" }");
  if (!trials) return;
  const auto& schema = task::trial_schema();
  experiment_.trials = schema.read(trials->table, trials->place, "[trials]", diagnostics_, {"inputs"});
  const task::TrialPlan& plan = experiment_.trials;
  if (plan.smallest_scale > plan.largest_scale) {
    diagnostics_.error(Sections::place_of(*trials, "smallest_scale"), "smallest_scale is larger than largest_scale");
  }
  const network::RateNetwork& network = experiment_.network;
  if (network_known_ && network.update == network::Update::batch_mean && network.batch > plan.steps) {
    diagnostics_.error(Sections::place_of(*trials, "steps"),
                       fmt::format("{} steps are less than one batch of {}", plan.steps, network.batch));
  }
  Table resolved;
  schema.write(plan, resolved);
  const Value* inputs = trials->table.find("inputs");
  const Table* table = inputs ? inputs->as<Table>() : nullptr;
  if (!table) {
    diagnostics_.error(inputs ? inputs->span : trials->place, "missing 'inputs' in [trials]",
                       "for example: inputs = { kind = \"gaussian\" }");
    return;
  }
  Table inputs_resolved;
  experiment_.inputs = sections_.make(task::inputs(), *table, inputs->span, "kind", "input",
                                      task::InputsContext{static_cast<std::size_t>(network.inputs), sections_.folder()},
                                      inputs_resolved);
  sections_.write_paths_in_full(inputs_resolved);
  resolved.set("inputs", {inputs_resolved, {}});
  experiment_.resolved.set("trials", {resolved, {}});
}

void RateSections::read_loss() {
  auto loss = sections_.section("loss", "for example: kind = \"principal_components\"");
  if (!loss) return;
  Table own;
  const LossOptions options = sections_.take(loss_schema, *loss, "[loss]", own);
  experiment_.l1 = options.l1;
  Table resolved;
  sections_.know_context(network_known_ && experiment_.inputs);
  experiment_.loss = sections_.make(
      task::losses(), loss->table, loss->place, "kind", "loss",
      task::LossContext{experiment_.network, static_cast<std::size_t>(options.points), experiment_.inputs.get()},
      resolved, Sections::names(loss_schema));
  sections_.know_context(network_known_);
  for (const base::Entry& entry : own.entries) resolved.set(entry.key, entry.value);
  experiment_.resolved.set("loss", {resolved, {}});
}

void RateSections::read_reference() {
  const auto section = sections_.section("reference", "", false);
  if (!section) return;
  const std::size_t before = diagnostics_.size();
  const Known known =
      reference_schema().read(section->table, section->place, "[reference]", diagnostics_, {"baseline"});
  Table resolved;
  reference_schema().write(known, resolved);
  experiment_.resolved.set("reference", {resolved, {}});
  if (diagnostics_.size() != before) return;
  const Value* baseline = section->table.find("baseline");
  experiment_.reference = baseline ? read_baseline(*baseline, known) : read_known_rules(*section, known);
}

std::optional<Reference> RateSections::read_baseline(const Value& value, const Known& known) {
  const Table* table = value.as<Table>();
  if (!table) {
    diagnostics_.error(value.span, "'baseline' must be a table", "for example baseline = { kind = \"sanger\" }");
    return std::nullopt;
  }
  if (!known.dw.empty() || !known.lateral.empty()) {
    diagnostics_.error(value.span, "a reference is either rules or a baseline", "remove 'dw' or 'baseline'");
    return std::nullopt;
  }
  Table own;
  auto baseline = sections_.make(network::baselines(), *table, value.span, "kind", "baseline",
                                 network::BaselineContext{experiment_.network}, own);
  Table resolved;
  resolved.set("name", base::write_value(known.name));
  resolved.set("baseline", {own, {}});
  experiment_.resolved.set("reference", {resolved, {}});
  if (!baseline) return std::nullopt;
  return Reference{known.name, {}, {}, std::move(baseline)};
}

std::optional<Reference> RateSections::read_known_rules(const Section& section, const Known& known) {
  if (known.dw.empty()) {
    diagnostics_.error(section.place, "missing 'dw' in [reference]", "for example dw = \"x*y - y^2*w\"");
    return std::nullopt;
  }
  const bool lateral = experiment_.network.lateral != network::Lateral::none;
  if (network_known_ && lateral == known.lateral.empty()) {
    diagnostics_.error(
        Sections::place_of(section, "lateral"),
        lateral ? "the reference has no rule for the lateral connections" : "this network has no lateral connections",
        lateral ? "for example lateral = \"-x*y\"" : "remove 'lateral'");
    return std::nullopt;
  }
  Reference made{known.name, {}, {}, nullptr};
  const auto add = [&](const char* key, const char* connection) {
    auto scaled = scaled_rule(connection, *section.table.find(key));
    if (scaled) made.rules.rules.push_back(std::move(*scaled));
    return scaled.has_value();
  };
  if (!add("dw", "feedforward") || (!known.lateral.empty() && !add("lateral", "lateral"))) return std::nullopt;
  return made;
}

std::optional<rule::RuleSpace> RateSections::scaled_rule(const std::string& name, const Value& formula) {
  Table table;
  table.set("dw", formula);
  const auto plain = rule::read_rule_space(name, table, formula.span, diagnostics_);
  if (!plain) return std::nullopt;
  if (!plain->parameters.empty()) {
    diagnostics_.error(formula.span, fmt::format("'{}' has no value: the reference must be all numbers",
                                                 plain->parameters.front().name));
    return std::nullopt;
  }
  table.set("dw", {fmt::format("scale*({})", *formula.as<std::string>()), {}});
  Table scale;
  scale.set("init", base::write_value(1.0));
  scale.set("scale", base::write_value(std::string("log")));
  table.set("scale", {scale, {}});
  base::Diagnostics ours;
  auto scaled = rule::read_rule_space(name, table, formula.span, ours);
  for (const auto& item : ours.items()) diagnostics_.error(formula.span, item.message, item.hint);
  return scaled;
}

}  // namespace carve::experiment
