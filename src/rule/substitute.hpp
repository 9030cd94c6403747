// Formulas made from formulas: names replaced, signs tidied, vanished terms left out.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "carve/rule/expression.hpp"

namespace carve::rule {

/// The formula with every name that `replacements` holds replaced.
[[nodiscard]] Expression substitute(const Expression& expression,
                                    const std::map<std::string, Expression, std::less<>>& replacements);

/// The same value with fewer signs: (-a)*b as -(a*b), a + (-b) as a - b, a - (-b) as a + b, -(-a) as a. Exact in IEEE
/// arithmetic (but for the sign of not-a-number).
[[nodiscard]] Expression tidy(const Expression& expression);

/// Without the terms that have a factor 0, and the same value wherever those terms are finite.
[[nodiscard]] Expression without_zero_terms(const Expression& expression);

}  // namespace carve::rule
