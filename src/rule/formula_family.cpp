#include "carve/rule/formula_family.hpp"

#include <algorithm>

#include "carve/base/schema.hpp"
#include "carve/rule/event_family.hpp"

namespace carve::rule {
namespace {

bool is_formula(const std::string& key) { return key == "on_pre" || key == "on_post" || key == "traces"; }

/// The table as that of a rule in text: the formulas put in, and what the file leaves out.
base::Table in_text(const FormulaFamily& family, const base::Table& table) {
  base::Table text;
  text.set("on_pre", base::write_value(family.on_pre));
  text.set("on_post", base::write_value(family.on_post));
  if (!family.traces.entries.empty()) text.set("traces", {family.traces, {}});
  for (const base::Entry& entry : table.entries) {
    if (entry.key != "family") text.entries.push_back(entry);
  }
  for (const base::Entry& entry : family.defaults.entries) {
    if (!text.find(entry.key)) text.entries.push_back(entry);
  }
  return text;
}

/// The other way round.
base::Table without_formulas(const FormulaFamily& family, const base::Table& text) {
  base::Table table;
  table.set("family", base::write_value(family.name));
  for (const base::Entry& entry : text.entries) {
    if (!is_formula(entry.key)) table.entries.push_back(entry);
  }
  return table;
}

}  // namespace

std::unique_ptr<RuleSpace> read_formula_family(const FormulaFamily& family, const base::Table& table,
                                               const base::Span& place, const FamilyContext& context,
                                               base::Table& resolved, base::Diagnostics& diagnostics) {
  for (const base::Entry& entry : table.entries) {
    if (!is_formula(entry.key)) continue;
    diagnostics.error(
        entry.key_span,
        "a rule is either a family or a text: family = \"" + family.name + "\" has no '" + entry.key + "'",
        "remove '" + entry.key + "' or 'family'");
    return nullptr;
  }
  base::Table text;
  auto space = events_family.make(in_text(family, table), place, context, text, diagnostics);
  if (!space) return nullptr;
  const auto eta = std::find_if(space->parameters.begin(), space->parameters.end(),
                                [](const Parameter& each) { return each.name == "eta"; });
  space->eta = eta->initial;
  space->eta_parameter = static_cast<std::size_t>(eta - space->parameters.begin());
  resolved = without_formulas(family, text);
  return space;
}

base::Table texts(const std::vector<std::pair<std::string, std::string>>& entries) {
  base::Table table;
  for (const auto& [key, text] : entries) table.set(key, base::write_value(text));
  return table;
}

FormulaFamily state_family(std::string name, std::string on_pre, std::string on_post, std::string quick) {
  return {.name = std::move(name),
          .on_pre = std::move(on_pre),
          .on_post = std::move(on_post),
          .traces = texts({{"x_pre", "pre"}, {"x_post", "post"}, {"slow_pre", "pre"}, {"slow_post", "post"}}),
          .defaults = texts({{"tau_pre", quick},
                             {"tau_post", quick},
                             {"tau_slow_pre", "100 ms"},
                             {"tau_slow_post", "100 ms"},
                             {"tau_V", "100 ms"},
                             {"tau_C_E", "10 ms"},
                             {"tau_C_I", "100 ms"}})};
}

std::vector<base::FieldInfo> state_time_constants() {
  return {time_constant("tau_V", "of the low-passed membrane potential, in volts", "\"100 ms\""),
          time_constant("tau_C_E", "of the low-passed excitatory current", "\"10 ms\""),
          time_constant("tau_C_I", "of the low-passed inhibitory current", "\"100 ms\"")};
}

std::vector<base::FieldInfo> with_usual_fields(std::vector<base::FieldInfo> own) {
  own.insert(own.begin(),
             {.name = "eta", .brief = "learning rate, a factor of both", .type = "number or table", .required = true});
  own.push_back({.name = "w_min", .brief = "smallest weight", .type = "number", .fallback = "0.0"});
  own.push_back({.name = "w_max", .brief = "largest weight", .type = "number", .fallback = "inf"});
  return own;
}

base::FieldInfo searched_number(std::string name, std::string brief) {
  return {.name = std::move(name), .brief = std::move(brief), .type = "number or table", .fallback = "{ init = 0 }"};
}

base::FieldInfo time_constant(std::string name, std::string brief, std::string fallback) {
  return {.name = std::move(name), .brief = std::move(brief), .type = "time or table", .fallback = std::move(fallback)};
}

}  // namespace carve::rule
