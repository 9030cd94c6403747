// Rules as Synapses of Brian 2, in a file that runs by itself and checks itself.
#include <fmt/format.h>

#include "carve/exports/code.hpp"
#include "carve/exports/self_test.hpp"
#include "carve/exports/templates.hpp"
#include "carve/rule/substitute.hpp"

namespace carve::exports {
namespace {

using rule::Expression;
using rule::Operation;

const rule::Dialect& dialect() {
  static const rule::Dialect brian{.power = "**",
                                   .patterns = {{Operation::minimum, "clip({}, -inf, {})"},
                                                {Operation::maximum, "clip({}, {}, inf)"},
                                                {Operation::less, "int({} < {})"},
                                                {Operation::less_equal, "int({} <= {})"},
                                                {Operation::greater, "int({} > {})"},
                                                {Operation::greater_equal, "int({} >= {})"},
                                                {Operation::equal, "int({} == {})"},
                                                {Operation::not_equal, "int({} != {})"}}};
  return brian;
}

/// Names that end in _pre and _post mean something else to Brian.
std::string brian_name(const EventCode::Trace& trace) { return trace.name + "_trace"; }

std::string events(const Published& published) {
  const rule::Rule& rule = published.rules.front();
  const EventCode code = event_code(rule);
  std::map<std::string, Expression, std::less<>> names;
  std::string equations, jumps;
  for (const rule::Side side : {rule::Side::pre, rule::Side::post}) {
    std::string statements;
    for (const EventCode::Trace& each : code.traces) {
      if (each.side != side) continue;
      const std::string name = brian_name(each);
      names.emplace(each.name, Expression::name(name));
      equations += fmt::format("d{0}/dt = -{0}/({1}*second) : 1 (event-driven)\n", name, python(each.tau));
      statements += fmt::format("{}{} += 1", statements.empty() ? "" : "; ", name);
    }
    const bool pre = side == rule::Side::pre;
    if (!statements.empty())
      jumps +=
          fmt::format("    {}[\"{}\"] = \"{}\"\n", pre ? "before" : "after", pre ? "jump" : "jump_after", statements);
  }
  if (!equations.empty()) equations.pop_back();
  if (!jumps.empty()) jumps.pop_back();
  const auto changed = [&](const Expression& formula) {
    const rule::EventRule& bounds = *rule.space.events;
    return fmt::format("w = clip(w + {}, {}, {})", print(substitute(formula, names), dialect()),
                       python(bounds.w_min, "inf"), python(bounds.w_max, "inf"));
  };
  std::map<std::string, std::string> values = values_of(spike_test(rule));
  values.merge(std::map<std::string, std::string>{{"FORMULAS", formulas(published)},
                                                  {"ORIGIN", published.origin},
                                                  {"EQUATIONS", equations},
                                                  {"JUMPS", jumps},
                                                  {"ON_PRE", changed(code.on_pre)},
                                                  {"ON_POST", changed(code.on_post)}});
  return filled(templates::brian2_events, values);
}

std::string rate(const Published& published) {
  const Expression dw = substitute(rate_code(published.rules.front()),
                                   {{"x", Expression::name("x_pre")}, {"y", Expression::name("y_post")}});
  std::map<std::string, std::string> values = values_of(rate_test(published.rules));
  values.merge(std::map<std::string, std::string>{
      {"FORMULAS", formulas(published)}, {"ORIGIN", published.origin}, {"DW", print(dw, dialect())}});
  return filled(templates::brian2_rate, values);
}

std::optional<std::string> write(const Published& published, base::Diagnostics& diagnostics) {
  if (!one_rule(published, "brian2", diagnostics)) return std::nullopt;
  if (!published.rules.front().space.events) return rate(published);
  if (!spikes_only(published.rules.front(), "brian2", diagnostics)) return std::nullopt;
  return events(published);
}

}  // namespace

const Exporter brian2_exporter{"brian2", write};

}  // namespace carve::exports
