#include "carve/rule/found_rule.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include <fmt/format.h>

#include "carve/base/units.hpp"
#include "carve/rule/print.hpp"
#include "carve/rule/substitute.hpp"
#include "carve/rule/typeset.hpp"

namespace carve::rule {
namespace {

constexpr double share_of_main_term = 0.1;  // from which on x*y leads the formula

/// What follows "dw =" in a rule in normal form.
std::string factored_formula(const Rule& rule, const FormulaOptions& options, const Notation& notation) {
  const Factored parts = factored(rule);
  if (parts.terms.empty()) return notation.number("0");
  std::string sum;
  bool hidden = false;
  std::size_t shown = 0;
  for (const Term& term : parts.terms) {
    if (std::fabs(term.coefficient) < options.hide_below) {
      hidden = true;
      continue;
    }
    const std::string size = round_number(std::fabs(term.coefficient), options.digits);
    const bool constant = term.term == "1";
    const std::string monomial = typeset(product({}, term.exponents, rule.space.variables), notation);
    const std::string piece = size == "1" ? monomial
                              : constant  ? notation.number(size)
                                          : notation.times(notation.number(size), monomial);
    if (shown++ == 0) sum = piece;
    else sum = notation.infix(sum, term.coefficient < 0 ? "-" : "+", piece);
  }
  if (hidden) sum = notation.infix(sum, "+", std::string(notation.ellipsis));
  if (shown > 1 || hidden) sum = notation.bracketed(sum);
  const std::string scale = round_number(std::fabs(parts.scale), options.digits);
  const bool alone = shown == 1 && !hidden && parts.terms[0].term == "1";
  const std::string whole = alone          ? notation.number(scale)
                            : scale == "1" ? sum
                                           : notation.times(notation.number(scale), sum);
  return parts.scale < 0 ? notation.negated(whole) : whole;
}

std::string formula(const Rule& rule, const FormulaOptions& options, const Notation& notation) {
  if (rule.space.polynomial) return factored_formula(rule, options, notation);
  std::map<std::string, Expression, std::less<>> numbers;
  for (std::size_t i = 0; i < rule.values.size(); ++i) {
    const std::string rounded = round_number(rule.values[i], options.digits);
    numbers.emplace(rule.space.parameters[i].name, Expression::number(std::stod(rounded)));
  }
  return typeset(without_zero_terms(substitute(rule.space.dw, numbers)), notation);
}

}  // namespace

std::vector<Term> terms(const Rule& rule) {
  if (!rule.space.polynomial) return {};
  std::vector<double> values = rule.values;
  if (rule.space.eta_parameter) values[*rule.space.eta_parameter] = 1;  // 1 * theta is theta to the bit
  const std::vector<double> numbers = coefficients(rule.space, values);
  std::vector<Term> result;
  std::size_t i = 0;
  for (const auto& [exponents, coefficient] : rule.space.polynomial->terms) {
    const double number = numbers[i++];
    if (number != 0) result.push_back({term_text(exponents, rule.space.variables), exponents, number});
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Term& a, const Term& b) { return std::fabs(a.coefficient) > std::fabs(b.coefficient); });
  return result;
}

Factored factored(const Rule& rule) {
  Factored result;
  result.terms = terms(rule);
  if (result.terms.empty()) return result;
  const double largest = std::fabs(result.terms.front().coefficient);
  const auto correlation = std::find_if(result.terms.begin(), result.terms.end(), [&](const Term& each) {
    return each.term == "x*y" && std::fabs(each.coefficient) >= share_of_main_term * largest;
  });
  if (correlation != result.terms.end()) std::rotate(result.terms.begin(), correlation, correlation + 1);
  const double main = result.terms.front().coefficient;
  result.scale = rule.space.eta_parameter ? rule.values[*rule.space.eta_parameter] * main : main;
  for (Term& each : result.terms) each.coefficient /= main;
  return result;
}

std::string formula_text(const Rule& rule, const FormulaOptions& options) {
  return "dw = " + formula(rule, options, plain_notation);
}

std::string formula_latex(const Rule& rule, const FormulaOptions& options) {
  return "\\Delta w = " + formula(rule, options, latex_notation);
}

std::string formula_mathml(const Rule& rule, const FormulaOptions& options) {
  return "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\"><mrow>"
         "<mi mathvariant=\"normal\">\u0394</mi><mi>w</mi><mo>=</mo>" +
         formula(rule, options, mathml_notation) + "</mrow></math>";
}

std::string exact_text(const Rule& rule) {
  if (!rule.space.polynomial) {
    std::map<std::string, Expression, std::less<>> numbers;
    for (std::size_t i = 0; i < rule.values.size(); ++i) {
      numbers.emplace(rule.space.parameters[i].name, Expression::number(rule.values[i]));
    }
    return print(tidy(without_zero_terms(substitute(rule.space.dw, numbers))));
  }
  std::string sum;
  for (const Term& term : terms(rule)) {
    const std::string size = base::format_number(std::abs(term.coefficient));
    sum += term.coefficient < 0 ? (sum.empty() ? "-" : " - ") : (sum.empty() ? "" : " + ");
    sum += term.term == "1" ? size : size + "*" + term.term;
  }
  if (sum.empty()) return "0";
  return rule.space.eta == 1 ? sum : fmt::format("{}*({})", base::format_number(rule.space.eta), sum);
}

base::Table to_table(const Rule& rule) {
  assert(rule.space.fixed_table && rule.values.size() == rule.space.parameters.size());
  return rule.space.fixed_table(rule.space, rule.values);
}

std::string to_toml(std::span<const Rule> rules) {
  base::Table all, document;
  std::string text = "# Found by carve.\n";
  for (const Rule& rule : rules) {
    text += fmt::format("# {}: {}\n", base::format_value({rule.space.name, {}}),
                        formula_text(rule, {.digits = 3, .hide_below = 0.01}));
    all.set(rule.space.name, {to_table(rule), {}});
  }
  document.set("rule", {std::move(all), {}});
  std::string tables = base::format_document(document);
  const std::string_view header = "\n[rule]\n";  // implied by [rule.NAME]
  if (tables.starts_with(header)) tables.erase(0, header.size());
  return text + tables;
}

std::optional<Rule> fixed_rule(RuleSpace space, base::Diagnostics& diagnostics) {
  Rule rule;
  for (const Parameter& each : space.parameters) {
    if (each.fixed) rule.values.push_back(*each.fixed);
    else
      diagnostics.error(each.span,
                        fmt::format("'{}' has no fixed value, so this is a space of rules, not one rule", each.name),
                        fmt::format("for example {} = 1", each.name));
  }
  if (rule.values.size() != space.parameters.size()) return std::nullopt;
  rule.space = std::move(space);
  return rule;
}

}  // namespace carve::rule
