#include "carve/rule/formula.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "carve/base/units.hpp"
#include "carve/rule/print.hpp"
#include "carve/rule/substitute.hpp"

namespace carve::rule {
namespace {

bool constant(const Term& term) {
  return std::all_of(term.exponents.begin(), term.exponents.end(), [](int each) { return each == 0; });
}

std::string sum_of(std::span<const Term> terms, const std::vector<std::string>& variables, int digits,
                   const Notation& notation) {
  std::string sum;
  for (const Term& term : terms) {
    const std::string size = round_number(std::fabs(term.coefficient), digits);
    const std::string monomial = typeset(product({}, term.exponents, variables), notation);
    const std::string piece = size == "1"      ? monomial
                              : constant(term) ? notation.number(size)
                                               : notation.times(notation.number(size), monomial);
    sum = sum.empty() ? piece : notation.infix(sum, term.coefficient < 0 ? "-" : "+", piece);
  }
  return sum;
}

}  // namespace

std::string scaled_sum(double scale, std::vector<Term> terms, const std::vector<std::string>& variables,
                       const FormulaOptions& options, const Notation& notation) {
  if (terms.empty()) return notation.number("0");
  const bool hidden =
      std::erase_if(terms, [&](const Term& each) { return std::fabs(each.coefficient) < options.hide_below; }) > 0;
  if (terms.empty()) return std::string(notation.ellipsis);
  const bool lone = terms.size() == 1 && !hidden;
  const double first = terms.front().coefficient;
  const double common = lone ? first : first < 0 ? -1 : 1;
  scale *= common;
  for (Term& each : terms) each.coefficient /= common;

  std::string sum = sum_of(terms, variables, options.digits, notation);
  if (hidden) sum = notation.infix(sum, "+", std::string(notation.ellipsis));
  if (!lone) sum = notation.bracketed(sum);
  const std::string size = round_number(std::fabs(scale), options.digits);
  const std::string whole = lone && constant(terms.front()) ? notation.number(size)
                            : size == "1"                   ? sum
                                                            : notation.times(notation.number(size), sum);
  return scale < 0 ? notation.negated(whole) : whole;
}

std::string exact_sum(double eta, std::span<const Term> terms, const std::vector<std::string>& variables) {
  std::string sum;
  for (const Term& term : terms) {
    const std::string size = base::format_number(std::abs(term.coefficient));
    sum += term.coefficient < 0 ? (sum.empty() ? "-" : " - ") : (sum.empty() ? "" : " + ");
    sum += constant(term) ? size : size + "*" + term_text(term.exponents, variables);
  }
  if (sum.empty()) return "0";
  return eta == 1 ? sum : fmt::format("{}*({})", base::format_number(eta), sum);
}

Expression with_numbers(const Expression& formula, const Rule& rule, std::optional<int> digits) {
  std::map<std::string, Expression, std::less<>> numbers;
  for (std::size_t i = 0; i < rule.values.size(); ++i) {
    const double value = digits ? std::stod(round_number(rule.values[i], *digits)) : rule.values[i];
    numbers.emplace(rule.space.parameters[i].name, Expression::number(value));
  }
  return without_zero_terms(substitute(formula, numbers));
}

}  // namespace carve::rule
