#include "carve/exports/code.hpp"

#include <algorithm>
#include <cassert>
#include <cctype>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/base/units.hpp"
#include "carve/rule/event_formula.hpp"
#include "carve/rule/parse.hpp"

namespace carve::exports {
namespace {

using rule::Expression;

/// The tree of a formula that carve wrote itself.
Expression tree(const std::string& text) {
  base::Diagnostics diagnostics;
  const std::optional<Expression> parsed = rule::parse(text, {}, diagnostics);
  assert(parsed);
  return parsed.value_or(Expression());
}

}  // namespace

EventCode event_code(const rule::Rule& rule) {
  const base::Table exact = rule::exact_event_table(rule);
  const auto formula = [&](const char* key) { return tree(*exact.find(key)->as<std::string>()); };
  EventCode code{.on_pre = formula("on_pre"), .on_post = formula("on_post")};
  const std::vector<Expression> used = rule::names(code.on_pre + code.on_post);
  for (const rule::Trace& each : rule.space.events->traces) {
    if (std::any_of(used.begin(), used.end(), [&](const Expression& name) { return name.name() == each.name; }))
      code.traces.push_back({each.name, each.side, rule.values[each.time_constant]});
  }
  return code;
}

Expression rate_code(const rule::Rule& rule) { return tree(rule::exact_text(rule)); }

std::string filled(std::string_view text, const std::map<std::string, std::string>& values) {
  std::string result;
  while (true) {
    const std::size_t begin = text.find("<<");
    result += text.substr(0, begin);
    if (begin == std::string_view::npos) return result;
    const std::size_t end = text.find(">>", begin);
    result += values.at(std::string(text.substr(begin + 2, end - begin - 2)));
    text.remove_prefix(end + 2);
  }
}

std::string formulas(const Published& published) {
  std::string text;
  for (const rule::Rule& each : published.rules) {
    if (!text.empty()) text += '\n';
    if (published.rules.size() > 1) text += each.space.name + ": ";
    text += rule::formula_text(each);
  }
  return text;
}

bool one_rule(const Published& published, std::string_view target, base::Diagnostics& diagnostics) {
  if (published.rules.size() == 1) return true;
  std::vector<std::string> names;
  for (const rule::Rule& each : published.rules) names.push_back(each.space.name);
  diagnostics.error({}, fmt::format("{} rules, but {} takes one at a time", names.size(), target),
                    fmt::format("choose with --rule: {}", fmt::join(names, " or ")));
  return false;
}

bool spikes_only(const rule::Rule& rule, std::string_view target, base::Diagnostics& diagnostics) {
  const rule::Trace* const state = rule.space.events->state();
  if (!state) return true;
  diagnostics.error(
      {},
      fmt::format("the rule reads '{}', a state of the postsynaptic neuron, and {} has no neuron", state->name, target),
      "--to latex writes any rule");
  return false;
}

bool spikes_alone(const Published& published, std::string_view target, base::Diagnostics& diagnostics) {
  if (!one_rule(published, target, diagnostics)) return false;
  const auto& events = published.rules.front().space.events;
  if (!events) {
    diagnostics.error({}, fmt::format("{} has no rate neurons, and this rule is between such", target),
                      "--to numpy, brian2, sympy and latex have");
    return false;
  }
  return spikes_only(published.rules.front(), target, diagnostics);
}

std::string identifier(const std::string& name) {
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name.compare(i, 2, "->") == 0) {
      result += "_to_";
      ++i;
    } else {
      result += std::isalnum(static_cast<unsigned char>(name[i])) ? name[i] : '_';
    }
  }
  return result;
}

std::string decimals(std::string_view formula) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto letter = [&](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || digit(c); };
  std::string result;
  for (std::size_t i = 0; i < formula.size();) {
    std::size_t end = i + 1;
    if (digit(formula[i])) {
      bool whole = true;
      while (end < formula.size() && (digit(formula[end]) || formula[end] == '.' || formula[end] == 'e' ||
                                      ((formula[end] == '-' || formula[end] == '+') && formula[end - 1] == 'e'))) {
        whole = whole && digit(formula[end]);
        ++end;
      }
      result += formula.substr(i, end - i);
      if (whole) result += ".0";
    } else {
      if (letter(formula[i])) {
        while (end < formula.size() && letter(formula[end])) ++end;
      }
      result += formula.substr(i, end - i);
    }
    i = end;
  }
  return result;
}

const rule::Dialect& c_dialect() {
  using rule::Operation;
  static const rule::Dialect dialect{.patterns = {{Operation::power, "pow({}, {})"},
                                                  {Operation::abs, "fabs({})"},
                                                  {Operation::minimum, "fmin({}, {})"},
                                                  {Operation::maximum, "fmax({}, {})"},
                                                  {Operation::less, "(({} < {}) ? 1.0 : 0.0)"},
                                                  {Operation::less_equal, "(({} <= {}) ? 1.0 : 0.0)"},
                                                  {Operation::greater, "(({} > {}) ? 1.0 : 0.0)"},
                                                  {Operation::greater_equal, "(({} >= {}) ? 1.0 : 0.0)"},
                                                  {Operation::equal, "(({} == {}) ? 1.0 : 0.0)"},
                                                  {Operation::not_equal, "(({} != {}) ? 1.0 : 0.0)"}}};
  return dialect;
}

std::string python_name(const std::string& name) {
  static const std::set<std::string_view> taken{"False", "None",   "True",   "and",      "as",     "assert", "async",
                                                "await", "break",  "class",  "continue", "def",    "del",    "elif",
                                                "else",  "except", "for",    "from",     "global", "if",     "import",
                                                "in",    "is",     "lambda", "nonlocal", "np",     "not",    "or",
                                                "pass",  "raise",  "return", "try",      "while",  "with",   "yield"};
  return taken.contains(name) ? name + "_" : name;
}

std::string python(double value, std::string_view infinity) {
  if (std::isinf(value)) return fmt::format("{}{}", value < 0 ? "-" : "", infinity);
  return base::format_number(value);
}

std::string python(const std::vector<double>& values) {
  std::string text;
  for (const double each : values) text += (text.empty() ? "" : ", ") + python(each);
  return "[" + text + "]";
}

const rule::Dialect& numpy_dialect() {
  using rule::Operation;
  static const rule::Dialect dialect{.power = "**",
                                     .patterns = {{Operation::exp, "np.exp({})"},
                                                  {Operation::log, "np.log({})"},
                                                  {Operation::tanh, "np.tanh({})"},
                                                  {Operation::sqrt, "np.sqrt({})"},
                                                  {Operation::abs, "np.abs({})"},
                                                  {Operation::minimum, "np.minimum({}, {})"},
                                                  {Operation::maximum, "np.maximum({}, {})"},
                                                  {Operation::less, "np.less({}, {}).astype(float)"},
                                                  {Operation::less_equal, "np.less_equal({}, {}).astype(float)"},
                                                  {Operation::greater, "np.greater({}, {}).astype(float)"},
                                                  {Operation::greater_equal, "np.greater_equal({}, {}).astype(float)"},
                                                  {Operation::equal, "np.equal({}, {}).astype(float)"},
                                                  {Operation::not_equal, "np.not_equal({}, {}).astype(float)"}}};
  return dialect;
}

}  // namespace carve::exports
