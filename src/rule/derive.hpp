// Derivatives of formulas, as formulas.
#pragma once

#include <string_view>

#include "carve/rule/expression.hpp"

namespace carve::rule {

/// d expression / d name. Factors 1, summands 0 and products with 0 are dropped and operations on two numbers are
/// carried out in double; nothing else is simplified. What is shared in `expression` is shared in the result, which
/// also uses parts of `expression` itself, so that `compile` computes both together at little extra cost. Where a
/// function has no derivative, the one used is finite, so that one sample at a kink spoils no gradient:
///   comparisons   0 everywhere, at their jumps too
///   abs(a)        sign(a), which is 0 at 0
///   min, max      the derivative of the operand that is the value: of b where a and b are equal
///   sqrt(a), a^b  0 at a = 0, unless b is a literal whole number
///   log(a)        that of a at a = 0 (where log itself is minus infinity)
/// Parts that are not-a-number make the derivative so, even where min or max take the other operand.
[[nodiscard]] Expression derivative(const Expression& expression, std::string_view name);

}  // namespace carve::rule
