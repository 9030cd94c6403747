// Rules in text: dw = "..." in x, y, w; every other name is a parameter with its own settings.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "carve/rule/family.hpp"
#include "carve/rule/parse.hpp"
#include "carve/rule/power_check.hpp"
#include "carve/rule/setting.hpp"

namespace carve::rule {
namespace {

constexpr std::array<std::string_view, 4> reserved{"dw", "family", "on_pre", "on_post"};

/// Names that people use for the variables; a parameter by such a name must be set explicitly.
constexpr std::pair<std::string_view, std::string_view> mistaken_variables[] = {
    {"X", "x"},    {"Y", "y"},   {"W", "w"},      {"pre", "x"},    {"x_j", "x"},  {"x_pre", "x"},
    {"post", "y"}, {"y_i", "y"}, {"weight", "w"}, {"x_post", "y"}, {"w_ij", "w"}, {"w_j", "w"}};

template <class List>
bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// The place of a string's content, without its quotes, if the file holds it as it is.
base::Span content(const base::Value& value, const std::string& text) {
  const std::size_t found = value.span.text().find(text);
  return found == std::string_view::npos ? value.span : value.span.sub(found, text.size());
}

/// A name of the formula that has no settings: searched from 0 without bounds, unless it looks like a mistake.
bool check_unset(const Expression& name, const base::Span& place, base::Diagnostics& diagnostics) {
  const base::Span& span = name.span().source ? name.span() : place;
  if (contains(reserved, name.name())) {
    diagnostics.error(span, fmt::format("'{}' is a word of the file and cannot be a parameter", name.name()),
                      "choose another name");
    return false;
  }
  for (const auto& [seen, variable] : mistaken_variables) {
    if (seen != name.name()) continue;
    diagnostics.error(span, fmt::format("'{}' is neither a variable (x, y, w) nor set as a parameter", name.name()),
                      fmt::format("write {}, or set {} = {{ init = 0 }}", variable, seen));
    return false;
  }
  if (name.name() != "eta") return true;
  diagnostics.error(span, "the learning rate 'eta' needs a value", "add eta = 0.02");
  return false;
}

/// Keys that are set but do not occur in the formula.
void report_unused(const base::Table& table, const std::vector<Parameter>& parameters, base::Diagnostics& diagnostics) {
  std::vector<std::string> known{"dw"};
  for (const Parameter& each : parameters) known.push_back(each.name);
  for (const base::Entry& entry : table.entries) {
    if (entry.key == "family" || contains(known, entry.key)) continue;
    if (contains(rate_variables(), entry.key)) {
      diagnostics.error(entry.key_span, fmt::format("'{}' is a variable of the network and cannot be set", entry.key));
    } else {
      diagnostics.error(entry.key_span, fmt::format("'{}' is set but does not occur in dw{}", entry.key,
                                                    base::did_you_mean(entry.key, known)));
    }
  }
}

base::Table fixed_table(const RuleSpace& space, std::span<const double> values) {
  base::Table table;
  table.set("dw", *space.resolved.find("dw"));
  for (std::size_t i = 0; i < values.size(); ++i) table.set(space.parameters[i].name, base::write_value(values[i]));
  return table;
}

std::unique_ptr<RuleSpace> make(const base::Table& table, const base::Span& place, const FamilyContext& context,
                                base::Table& resolved, base::Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.size();
  const base::Value* value = table.find("dw");
  const auto* text = value ? value->as<std::string>() : nullptr;
  if (!text) {
    diagnostics.error(value ? value->span : place, value ? "'dw' must be a formula in quotes" : "missing 'dw'",
                      "for example dw = \"eta*(x*y - y^2*w)\"");
    return nullptr;
  }
  const base::Span span = content(*value, *text);
  const auto dw = parse(*text, span, diagnostics);
  if (!dw) return nullptr;

  auto space = std::make_unique<RuleSpace>();
  space->name = context.name;
  space->dw = *dw;
  space->variables = rate_variables();
  space->fixed_table = fixed_table;
  resolved.set("dw", base::write_value(*text));
  for (const Expression& name : names(*dw)) {
    if (contains(rate_variables(), name.name())) continue;
    Parameter parameter{.name = name.name(), .span = name.span().source ? name.span() : span};
    const base::Value* settings = contains(reserved, name.name()) ? nullptr : table.find(name.name());
    if (!settings) {
      check_unset(name, span, diagnostics);
    } else if (const auto setting = read_setting(*settings, name.name(), true, diagnostics)) {
      apply_setting(*setting, parameter, diagnostics);
    }
    parameter.penalised = !parameter.fixed && !parameter.log_scale;
    resolved.set(name.name(), setting_value(parameter, true));
    space->parameters.push_back(std::move(parameter));
  }
  report_unused(table, space->parameters, diagnostics);
  if (diagnostics.size() == before) check_powers(*dw, space->parameters, span, diagnostics);
  if (diagnostics.size() != before) return nullptr;
  finish(*space);
  return space;
}

}  // namespace

const Family text_family{
    .name = "text",
    .brief = "Any formula for dw in x, y and w; every other name in it is a parameter.",
    .cite = "",
    .sample = "dw = \"eta*(A*x*y + B*y^2*w)\"\neta = 0.02\nA = { init = 0.1, lower = -2, upper = 2 }",
    .fields = {{.name = "dw",
                .brief = "change of a weight per step: a formula in x (pre), y (post), w (weight)",
                .type = "text",
                .required = true},
               {.name = "NAME",
                .brief = "for each other name in dw: a number that fixes it, or a table of init, lower, "
                         "upper, scale (\"linear\" or \"log\") that searches it",
                .type = "number or table",
                .fallback = "{ init = 0 }"}},
    .make = make};

}  // namespace carve::rule
