// Normal form: a formula as a polynomial in some variables whose coefficients are formulas in everything else.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "carve/rule/expression.hpp"

namespace carve::rule {

/// The powers of a term, one per variable.
using Exponents = std::vector<int>;

/// sum over terms of coefficient * variables[0]^e[0] * variables[1]^e[1] * ...
/// Terms are ordered by their exponents, the first variable's most significant: 1, w, w^2, y, y w, ..., x, ...
/// A term that is not there has coefficient 0; no coefficient is the literal 0.
struct Polynomial {
  std::vector<std::string> variables;
  std::map<Exponents, Expression> terms;

  /// The highest power of each variable; zeros where there are no terms.
  [[nodiscard]] Exponents degrees() const;
};

// A formula that grows beyond these is treated as no polynomial.
inline constexpr int largest_degree = 64;  // of one variable
inline constexpr std::size_t most_terms = 1000;
inline constexpr std::size_t largest_coefficients = 200'000;  // nodes of all coefficients together

/// The normal form of `expression`, or nothing where it is no polynomial in `variables` (or too large a one).
/// Sums, differences, products, whole literal powers and division by what is free of the variables are expanded; a part
/// free of the variables is a coefficient as it stands. Order of operations, which fixes the bits of the coefficients:
///   sums       a's coefficient + b's coefficient of the same term, in the order written
///   products   for each term of a, for each term of b (in the terms' order): coefficient of a * coefficient of b,
///              added to what is there already
///   powers     by the products of integer_power
/// Factors 1, summands 0 are dropped, and operations on two numbers are carried out in double.
[[nodiscard]] std::optional<Polynomial> normal_form(const Expression& expression,
                                                    const std::vector<std::string>& variables);

/// The polynomial as a formula: a sum in the order of the terms of coefficient * x^a * y^b * w^c.
[[nodiscard]] Expression to_expression(const Polynomial& polynomial);

/// first * x^a * y^b * w^c from the left, without the first factor where it is nothing; 1 where nothing is left.
[[nodiscard]] Expression product(const std::optional<Expression>& first, const Exponents& exponents,
                                 const std::vector<std::string>& variables);

/// "x*y^2", "w", "1": how a term is called in files and tables.
[[nodiscard]] std::string term_text(const Exponents& exponents, const std::vector<std::string>& variables);

}  // namespace carve::rule
