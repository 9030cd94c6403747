#include "carve/rule/found_rule.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "carve/base/units.hpp"
#include "carve/rule/event_family.hpp"
#include "carve/rule/event_formula.hpp"
#include "carve/rule/formula.hpp"
#include "carve/rule/print.hpp"
#include "carve/rule/substitute.hpp"
#include "carve/rule/typeset.hpp"

namespace carve::rule {
namespace {

constexpr double share_of_main_term = 0.1;  // from which on x*y leads the formula

/// The learning rate that the coefficients of `terms` leave out.
double eta_of(const Rule& rule) { return rule.space.eta_parameter ? rule.values[*rule.space.eta_parameter] : 1; }

void append_terms(const Polynomial& polynomial, std::span<const double> numbers, std::optional<Side> side,
                  std::vector<Term>& result) {
  const std::string prefix = !side ? "" : *side == Side::pre ? "pre: " : "post: ";
  std::size_t i = 0;
  for (const auto& [exponents, coefficient] : polynomial.terms) {
    const double number = numbers[i++];
    if (number != 0) result.push_back({prefix + term_text(exponents, polynomial.variables), exponents, number, side});
  }
}

/// Whether the term is x*y or, at a spike of one side, the trace of a neuron on the other side.
bool pairs(const Term& term, const RuleSpace& space, std::optional<Side> side) {
  if (term.side != side) return false;
  if (!side) return term.term == "x*y";
  const int degree = std::accumulate(term.exponents.begin(), term.exponents.end(), 0);
  for (std::size_t i = 0; i < space.events->traces.size(); ++i) {  // after w
    const Trace& trace = space.events->traces[i];
    if (term.exponents[i + 1] == 1 && degree == 1) return trace.side != *side && trace.signal == Signal::spikes;
  }
  return false;
}

/// The main term of some that are sorted by size.
std::vector<Term>::iterator main_term(std::vector<Term>& sorted, const RuleSpace& space) {
  const double least = share_of_main_term * std::fabs(sorted.front().coefficient);
  const auto sides = space.events ? std::vector<std::optional<Side>>{Side::post, Side::pre}
                                  : std::vector<std::optional<Side>>{std::nullopt};
  for (const std::optional<Side> side : sides) {
    const auto found = std::find_if(sorted.begin(), sorted.end(), [&](const Term& each) {
      return pairs(each, space, side) && std::fabs(each.coefficient) >= least;
    });
    if (found != sorted.end()) return found;
  }
  return sorted.begin();
}

std::string formula(const Rule& rule, const FormulaOptions& options, const Notation& notation) {
  if (!rule.space.polynomial) return typeset(with_numbers(rule.space.dw, rule, options.digits), notation);
  Factored parts = factored(rule);
  return scaled_sum(parts.scale, std::move(parts.terms), rule.space.variables, options, notation);
}

}  // namespace

std::vector<Term> terms(const Rule& rule) {
  std::vector<double> values = rule.values;
  if (rule.space.eta_parameter) values[*rule.space.eta_parameter] = 1;  // 1 * theta is theta to the bit
  std::vector<Term> result;
  if (rule.space.polynomial) {
    append_terms(*rule.space.polynomial, coefficients(rule.space, values), {}, result);
  } else if (rule.space.events && rule.space.events->pre_polynomial) {
    const EventCoefficients numbers = event_coefficients(rule.space, values);
    append_terms(*rule.space.events->pre_polynomial, numbers.pre, Side::pre, result);
    append_terms(*rule.space.events->post_polynomial, numbers.post, Side::post, result);
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Term& a, const Term& b) { return std::fabs(a.coefficient) > std::fabs(b.coefficient); });
  return result;
}

Factored factored(const Rule& rule) {
  Factored result;
  result.terms = terms(rule);
  if (result.terms.empty()) return result;
  const auto found = main_term(result.terms, rule.space);
  std::rotate(result.terms.begin(), found, found + 1);
  const double main = result.terms.front().coefficient;
  result.scale = eta_of(rule) * main;
  for (Term& each : result.terms) each.coefficient /= main;
  return result;
}

std::string formula_text(const Rule& rule, const FormulaOptions& options) {
  return rule.space.events ? event_text(rule, options) : "dw = " + formula(rule, options, plain_notation);
}

std::string formula_latex(const Rule& rule, const FormulaOptions& options) {
  return rule.space.events ? event_latex(rule, options) : "\\Delta w = " + formula(rule, options, latex_notation);
}

std::string formula_mathml(const Rule& rule, const FormulaOptions& options) {
  const std::string inner = rule.space.events ? event_mathml(rule, options)
                                              : "<mrow><mi mathvariant=\"normal\">\u0394</mi><mi>w</mi><mo>=</mo>" +
                                                    formula(rule, options, mathml_notation) + "</mrow>";
  return "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\">" + inner + "</math>";
}

std::string exact_text(const Rule& rule) {
  if (rule.space.events) return base::format_value({exact_event_table(rule), {}});
  if (!rule.space.polynomial) return print(tidy(with_numbers(rule.space.dw, rule, {})));
  return exact_sum(eta_of(rule), terms(rule), rule.space.variables);
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
      diagnostics.error(
          each.span, fmt::format("'{}' has no fixed value, so this is a space of rules, not one rule", each.name),
          each.dimension ? fmt::format("for example {} = \"{}\"", each.name, base::example_of(*each.dimension))
                         : fmt::format("for example {} = 1", each.name));
  }
  if (rule.values.size() != space.parameters.size()) return std::nullopt;
  rule.space = std::move(space);
  return rule;
}

}  // namespace carve::rule
