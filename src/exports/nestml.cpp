// Rules between spiking neurons as synapse models in NESTML.
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/exports/code.hpp"
#include "carve/exports/self_test.hpp"
#include "carve/exports/templates.hpp"
#include "carve/rule/substitute.hpp"

namespace carve::exports {
namespace {

using rule::Expression;
using rule::Operation;

const rule::Dialect& dialect() {
  static const rule::Dialect nestml{.power = "**",
                                    .patterns = {{Operation::log, "ln({})"},
                                                 {Operation::sqrt, "(({})**0.5)"},
                                                 {Operation::less, "({} < {} ? 1.0 : 0.0)"},
                                                 {Operation::less_equal, "({} <= {} ? 1.0 : 0.0)"},
                                                 {Operation::greater, "({} > {} ? 1.0 : 0.0)"},
                                                 {Operation::greater_equal, "({} >= {} ? 1.0 : 0.0)"},
                                                 {Operation::equal, "({} == {} ? 1.0 : 0.0)"},
                                                 {Operation::not_equal, "({} != {} ? 1.0 : 0.0)"}}};
  return nestml;
}

/// w within those bounds that there are.
std::string clamped(const rule::EventRule& bounds, std::string w) {
  if (std::isfinite(bounds.w_max)) w = fmt::format("min(w_max, {})", w);
  if (std::isfinite(bounds.w_min)) w = fmt::format("max(w_min, {})", w);
  return w;
}

/// Each line of a text as a comment.
std::string commented(const std::string& text) {
  std::string result = "# ";
  for (const char each : text) {
    result += each;
    if (each == '\n') result += "# ";
  }
  return result;
}

std::optional<std::string> write(const Published& published, base::Diagnostics& diagnostics) {
  if (!spikes_alone(published, "nestml", diagnostics)) return std::nullopt;
  const rule::Rule& rule = published.rules.front();
  const rule::EventRule& bounds = *rule.space.events;
  const EventCode code = event_code(rule);
  std::map<std::string, Expression, std::less<>> names;
  std::string state, parameters, equations, jump_pre, jump_post;
  for (const EventCode::Trace& each : code.traces) {
    const std::string name = "trace_" + each.name;  // apart from NESTML's own words
    names.emplace(each.name, Expression::name(name));
    state += fmt::format("\n        {} real = 0.0", name);
    parameters += fmt::format("\n        tau_{} ms = {} ms", each.name, decimals(python(1e3 * each.tau)));
    equations += fmt::format("\n        {0}' = -{0} / tau_{1}", name, each.name);
    (each.side == rule::Side::pre ? jump_pre : jump_post) += fmt::format("\n        {} += 1.0", name);
  }
  if (std::isfinite(bounds.w_min))
    parameters += fmt::format("\n        w_min real = {}", decimals(python(bounds.w_min)));
  if (std::isfinite(bounds.w_max))
    parameters += fmt::format("\n        w_max real = {}", decimals(python(bounds.w_max)));
  const auto changed = [&](const Expression& formula) {
    return clamped(bounds, "w + " + decimals(print(substitute(formula, names), dialect())));
  };
  std::map<std::string, std::string> values = values_of(spike_test(rule));
  values["PRE"] = commented(values.at("PRE"));
  values["POST"] = commented(values.at("POST"));
  values.merge(std::map<std::string, std::string>{
      {"FORMULAS", commented(formulas(published))},
      {"ORIGIN", published.origin},
      {"STATE", state},
      {"PARAMETERS", parameters.empty() ? "" : "\n    parameters:" + parameters + "\n"},
      {"EQUATIONS", equations.empty() ? "" : "\n    equations:" + equations + "\n"},
      {"ON_PRE", changed(code.on_pre)},
      {"ON_POST", changed(code.on_post)},
      {"JUMP_PRE", jump_pre},
      {"JUMP_POST", jump_post},
      {"UPDATE", equations.empty() ? "" : "\n\n    update:\n        integrate_odes()"}});
  return filled(templates::nestml, values);
}

}  // namespace

const Exporter nestml_exporter{"nestml", write};

}  // namespace carve::exports
