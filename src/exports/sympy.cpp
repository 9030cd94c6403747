// Formulas as SymPy expressions, which check themselves against what carve computes at random points.
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/base/random.hpp"
#include "carve/exports/code.hpp"
#include "carve/exports/templates.hpp"
#include "carve/rule/evaluate.hpp"
#include "carve/rule/substitute.hpp"

namespace carve::exports {
namespace {

using rule::Expression;
using rule::Operation;

constexpr int points = 12;

const rule::Dialect& dialect() {
  const auto when = [](const char* condition) { return fmt::format("sympy.Piecewise((1, {}), (0, True))", condition); };
  static const rule::Dialect sympy{.power = "**",
                                   .patterns = {{Operation::exp, "sympy.exp({})"},
                                                {Operation::log, "sympy.log({})"},
                                                {Operation::tanh, "sympy.tanh({})"},
                                                {Operation::sqrt, "sympy.sqrt({})"},
                                                {Operation::abs, "sympy.Abs({})"},
                                                {Operation::minimum, "sympy.Min({}, {})"},
                                                {Operation::maximum, "sympy.Max({}, {})"},
                                                {Operation::less, when("sympy.Lt({}, {})")},
                                                {Operation::less_equal, when("sympy.Le({}, {})")},
                                                {Operation::greater, when("sympy.Gt({}, {})")},
                                                {Operation::greater_equal, when("sympy.Ge({}, {})")},
                                                {Operation::equal, when("sympy.Eq({}, {})")},
                                                {Operation::not_equal, when("sympy.Ne({}, {})")}}};
  return sympy;
}

/// One formula of a rule: what carve evaluates, and the same with its numbers put in.
struct Formula {
  std::string name;  // "on_pre"
  Expression evaluated, written;
};

std::vector<Formula> formulas_of(const rule::Rule& rule, const std::string& prefix) {
  if (!rule.space.events) return {{prefix + "dw", rule.space.dw, rate_code(rule)}};
  const EventCode code = event_code(rule);
  return {{prefix + "on_pre", rule.space.events->on_pre, code.on_pre},
          {prefix + "on_post", rule.space.events->on_post, code.on_post}};
}

/// Lines of the list CHECKS: (formula, {name: number}, value).
std::string checks(const Formula& formula, const rule::Rule& rule, std::uint32_t which) {
  std::string lines;
  const std::vector<Expression> used = rule::names(formula.written);
  std::vector<double> drawn(points * (used.size() + 1));
  base::fill_uniform({.seed = 1, .purpose = base::Purpose::inputs, .trial = 20 + which}, std::span(drawn));
  for (int point = 0; point < points; ++point) {
    rule::Bindings<double> names;
    for (const std::string& each : rule.space.variables) names[each] = 0;
    for (std::size_t i = 0; i < rule.values.size(); ++i) names[rule.space.parameters[i].name] = rule.values[i];
    std::vector<std::string> numbers;
    for (std::size_t i = 0; i < used.size(); ++i) {
      // Half of the points have values of both signs.
      const double value = 4 * drawn[static_cast<std::size_t>(point) * used.size() + i] - (point % 2 == 0 ? 2 : 0);
      names[used[i].name()] = std::round(1e4 * value) / 1e4;
      numbers.push_back(fmt::format("{}: {}", python_name(used[i].name()), python(names[used[i].name()])));
    }
    const double value = evaluate(formula.evaluated, names);
    if (std::isfinite(value))
      lines += fmt::format("    ({}, {{{}}}, {}),\n", formula.name, fmt::join(numbers, ", "), python(value));
  }
  return lines;
}

std::optional<std::string> write(const Published& published, base::Diagnostics& diagnostics) {
  std::map<std::string, bool> symbols;
  std::string definitions, lines;
  std::uint32_t which = 0;
  for (const rule::Rule& rule : published.rules) {
    if (rule.space.events && rule.space.events->perceptron) {
      diagnostics.error({}, "the rule is a perceptron, too long for a formula", "--to latex writes any rule");
      return std::nullopt;
    }
    const std::string prefix = published.rules.size() > 1 ? identifier(rule.space.name) + "_" : "";
    for (const Formula& each : formulas_of(rule, prefix)) {
      std::map<std::string, Expression, std::less<>> names;
      for (const Expression& name : rule::names(each.written)) {
        symbols[python_name(name.name())] = true;
        names.emplace(name.name(), Expression::name(python_name(name.name())));
      }
      definitions +=
          fmt::format("{} = sympy.sympify({})\n", each.name, print(substitute(each.written, names), dialect()));
      lines += checks(each, rule, which++);
    }
  }
  std::string declared;
  for (const auto& [name, unused] : symbols) declared += fmt::format("{0} = sympy.Symbol(\"{0}\", real=True)\n", name);
  definitions.pop_back();  // the template ends the line
  return filled(templates::sympy, {{"FORMULAS", formulas(published)},
                                   {"ORIGIN", published.origin},
                                   {"SYMBOLS", declared},
                                   {"DEFINITIONS", definitions},
                                   {"CHECKS", lines}});
}

}  // namespace

const Exporter sympy_exporter{"sympy", write};

}  // namespace carve::exports
