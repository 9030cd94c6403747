#include "carve/experiment/reading/event_sections.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace carve::experiment {
namespace {

using base::Table;
using base::Value;

struct ReferenceOptions {
  std::string name = "known rule";
};
const base::Schema<ReferenceOptions> reference_schema{
    {base::field(&ReferenceOptions::name, "name", "what the known rule is called")}};

/// [rule.inhibition], [rule."I->E"].
std::string header(const std::string& name, const char* table = "rule") {
  const bool bare = name.find("->") == std::string::npos;
  return fmt::format(fmt::runtime(bare ? "[{}.{}]" : "[{}.\"{}\"]"), table, name);
}

}  // namespace

const base::Schema<EventSections::Penalty>& EventSections::penalty_schema() {
  static const base::Schema<Penalty> schema{{base::field(
      &Penalty::l1, "l1", "weight of the sum of absolute coefficients, added to the loss", base::not_negative)}};
  return schema;
}

bool EventSections::read_rules() {
  const auto section = sections_.section(
      "rule", "write " + header(connections_.back()) + " with family = \"six_parameter\" or on_pre and on_post");
  if (!section) return false;
  base::report_unknown_keys(section->table, connections_, "[rule]", sections_.diagnostics());
  Table resolved;
  bool complete = true;
  for (const std::string& name : connections_) {
    const Value* value = section->table.find(name);
    if (!value) continue;
    const Table* table = value->as<Table>();
    if (!table) {
      sections_.diagnostics().error(value->span, header(name) + " must be a table",
                                    "for example family = \"six_parameter\"");
      complete = false;
      continue;
    }
    auto space = read_(name, *table, value->span, sections_.diagnostics());
    if (!space) {
      complete = false;
      continue;
    }
    resolved.set(name, {space->resolved, {}});
    experiment_.rules.rules.push_back(std::move(*space));
  }
  if (complete && experiment_.rules.rules.empty()) {
    std::vector<std::string> headers;
    for (const std::string& name : connections_) headers.push_back(header(name));
    sections_.diagnostics().error(section->place, "no connection is plastic",
                                  fmt::format("write one or more of {}", fmt::join(headers, ", ")));
    complete = false;
  }
  experiment_.resolved.set("rule", {resolved, {}});
  rules_known_ = complete;
  return complete;
}

void EventSections::read_reference() {
  const auto section = sections_.section("reference", "", false);
  if (!section) return;
  base::Diagnostics& diagnostics = sections_.diagnostics();
  Table resolved;
  reference_schema.write(
      reference_schema.read(section->table, section->place, "[reference]", diagnostics, connections_), resolved);
  if (!rules_known_) return;
  Reference made;
  if (const Value* name = resolved.find("name")) made.name = *name->as<std::string>();
  for (const rule::RuleSpace& searched : experiment_.rules.rules) {
    const Value* value = section->table.find(searched.name);
    const Table* table = value ? value->as<Table>() : nullptr;
    if (!table) {
      diagnostics.error(value ? value->span : section->place,
                        "the reference has no rule for " + searched.name + ", which is searched",
                        "write " + header(searched.name, "reference") + ", every parameter a number");
      return;
    }
    auto space = read_(searched.name, *table, value->span, diagnostics);
    if (!space) return;
    resolved.set(searched.name, {space->resolved, {}});
    auto fixed = rule::fixed_rule(std::move(*space), diagnostics);
    if (!fixed) return;
    made.values.insert(made.values.end(), fixed->values.begin(), fixed->values.end());
    made.rules.rules.push_back(std::move(fixed->space));
  }
  for (const std::string& name : connections_) {
    const Value* value = section->table.find(name);
    if (!value || resolved.find(name)) continue;
    diagnostics.error(value->span, "the reference has a rule for " + name + ", which keeps its weights here",
                      "remove it, or write " + header(name));
  }
  experiment_.resolved.set("reference", {resolved, {}});
  experiment_.reference = std::move(made);
}

}  // namespace carve::experiment
