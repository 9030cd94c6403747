#include "carve/rule/polynomial.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "carve/rule/evaluate.hpp"

namespace carve::rule {
namespace {

using Terms = std::map<Exponents, Expression>;
using Result = std::optional<Terms>;

/// The number that a coefficient is, if it is one.
std::optional<double> literal(const Expression& e) {
  if (e.operation() == Operation::number) return e.value();
  if (e.operation() == Operation::negate && e.operand(0).operation() == Operation::number) return -e.operand(0).value();
  return std::nullopt;
}

/// `operation` on two coefficients: carried out where both are numbers and the result can be a number of a formula.
Expression combine(Operation operation, const Expression& a, const Expression& b) {
  const auto x = literal(a), y = literal(b);
  if (x && y) {
    const double value = operation == Operation::add ? *x + *y : operation == Operation::multiply ? *x * *y : *x / *y;
    if (value == 0 || std::isnormal(value)) return Expression::number(value);
  }
  if (operation == Operation::multiply && x == 1.0) return b;
  if (operation != Operation::add && y == 1.0) return a;
  return Expression::make(operation, {a, b});
}

Expression negated(const Expression& e) {
  if (const auto value = literal(e)) return Expression::number(-*value);
  return e.operation() == Operation::negate ? e.operand(0) : -e;
}

class Normaliser {
 public:
  explicit Normaliser(const std::vector<std::string>& variables) : variables_(variables) {}

  Result operator()(const Expression& e) {
    switch (e.operation()) {
      case Operation::name: {
        const auto found = std::find(variables_.begin(), variables_.end(), e.name());
        if (found == variables_.end()) return constant(e);
        Exponents exponents(variables_.size());
        exponents[static_cast<std::size_t>(found - variables_.begin())] = 1;
        return Terms{{exponents, Expression::number(1)}};
      }
      case Operation::negate:
      case Operation::add:
      case Operation::subtract:
      case Operation::multiply:
      case Operation::divide:
      case Operation::power: return depends(e) ? expand(e) : constant(e);
      default: return depends(e) ? std::nullopt : constant(e);
    }
  }

 private:
  Result constant(const Expression& e) const {
    if (literal(e) == 0.0) return Terms{};
    return Terms{{Exponents(variables_.size()), e}};
  }

  bool depends(const Expression& e) {
    const auto found = depends_.find(e.identity());
    if (found != depends_.end()) return found->second;
    bool result = e.operation() == Operation::name &&
                  std::find(variables_.begin(), variables_.end(), e.name()) != variables_.end();
    for (const Expression& operand : e.operands()) result = depends(operand) || result;
    return depends_[e.identity()] = result;
  }

  Result expand(const Expression& e) {
    Result a = (*this)(e.operand(0));
    if (!a) return std::nullopt;
    if (e.operation() == Operation::power) return raise(*a, e.operand(1));
    if (e.operation() == Operation::negate) {
      for (auto& [exponents, coefficient] : *a) coefficient = negated(coefficient);
      return a;
    }
    if (e.operation() == Operation::divide) {
      if (depends(e.operand(1)) || literal(e.operand(1)) == 0.0) return std::nullopt;
      for (auto& [exponents, coefficient] : *a) coefficient = combine(Operation::divide, coefficient, e.operand(1));
      std::erase_if(*a, [](const auto& term) { return literal(term.second) == 0.0; });  // quotients may underflow
      return checked(std::move(*a));
    }
    const Result b = (*this)(e.operand(1));
    if (!b) return std::nullopt;
    if (e.operation() == Operation::multiply) return multiply(*a, *b);
    for (const auto& [exponents, coefficient] : *b) {
      insert(*a, exponents, e.operation() == Operation::add ? coefficient : negated(coefficient));
    }
    return checked(std::move(*a));
  }

  static void insert(Terms& terms, const Exponents& exponents, const Expression& coefficient) {
    const auto [place, inserted] = terms.try_emplace(exponents, coefficient);
    if (!inserted) place->second = combine(Operation::add, place->second, coefficient);
    if (literal(place->second) == 0.0) terms.erase(place);
  }

  Result multiply(const Terms& a, const Terms& b) {
    work_ += a.size() * b.size();
    if (work_ > most_products) return std::nullopt;
    Terms product;
    for (const auto& [exponents_a, coefficient_a] : a) {
      for (const auto& [exponents_b, coefficient_b] : b) {
        Exponents exponents = exponents_a;
        for (std::size_t i = 0; i < exponents.size(); ++i) exponents[i] += exponents_b[i];
        insert(product, exponents, combine(Operation::multiply, coefficient_a, coefficient_b));
      }
    }
    return checked(std::move(product));
  }

  Result raise(const Terms& base, const Expression& exponent) {
    const auto whole = integer_exponent(exponent);
    if (!whole || *whole < 0) return std::nullopt;
    if (*whole == 0) return constant(Expression::number(1));
    return integer_power(Result(base), *whole, [this](const Result& a, const Result& b) -> Result {
      return a && b ? multiply(*a, *b) : std::nullopt;
    });
  }

  static Result checked(Terms terms) {
    std::size_t size = 0;
    for (const auto& [exponents, coefficient] : terms) {
      size += coefficient.size();
      if (*std::max_element(exponents.begin(), exponents.end()) > largest_degree) return std::nullopt;
    }
    if (terms.size() > most_terms || size > largest_coefficients) return std::nullopt;
    return terms;
  }

  static constexpr std::size_t most_products = 200'000;  // in all, so that no formula takes longer than a moment

  const std::vector<std::string>& variables_;
  std::map<const void*, bool> depends_;
  std::size_t work_ = 0;
};

}  // namespace

Exponents Polynomial::degrees() const {
  Exponents highest(variables.size());
  for (const auto& [exponents, coefficient] : terms) {
    for (std::size_t i = 0; i < highest.size(); ++i) highest[i] = std::max(highest[i], exponents[i]);
  }
  return highest;
}

std::optional<Polynomial> normal_form(const Expression& expression, const std::vector<std::string>& variables) {
  auto terms = Normaliser(variables)(expression);
  if (!terms) return std::nullopt;
  return Polynomial{variables, std::move(*terms)};
}

Expression product(const std::optional<Expression>& first, const Exponents& exponents,
                   const std::vector<std::string>& variables) {
  std::optional<Expression> result = first;
  for (std::size_t i = 0; i < exponents.size(); ++i) {
    if (exponents[i] == 0) continue;
    const Expression variable = Expression::name(variables[i]);
    const Expression factor = exponents[i] == 1 ? variable : power(variable, Expression::number(exponents[i]));
    result = result ? *result * factor : factor;
  }
  return result ? *result : Expression::number(1);
}

Expression to_expression(const Polynomial& polynomial) {
  std::optional<Expression> sum;
  for (const auto& [exponents, coefficient] : polynomial.terms) {
    const std::optional<Expression> first = literal(coefficient) == 1.0 ? std::nullopt : std::optional(coefficient);
    const Expression term = product(first, exponents, polynomial.variables);
    sum = sum ? *sum + term : term;
  }
  return sum ? *sum : Expression();
}

std::string term_text(const Exponents& exponents, const std::vector<std::string>& variables) {
  std::string text;
  for (std::size_t i = 0; i < exponents.size(); ++i) {
    if (exponents[i] == 0) continue;
    text += fmt::format("{}{}", text.empty() ? "" : "*", variables[i]);
    if (exponents[i] > 1) text += fmt::format("^{}", exponents[i]);
  }
  return text.empty() ? "1" : text;
}

}  // namespace carve::rule
