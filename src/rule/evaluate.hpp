// What a formula means: a plain evaluator of one value at a time, the oracle of everything faster.
#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string>

#include "carve/rule/expression.hpp"

namespace carve::rule {

template <class Real>
using Bindings = std::map<std::string, Real, std::less<>>;

/// A literal number in Real. What would be subnormal is 0, so that it does not matter whether the CPU flushes those.
template <class Real>
[[nodiscard]] Real rounded(double number) {
  const Real value = static_cast<Real>(number);
  return std::fabs(value) < std::numeric_limits<Real>::min() ? Real(0) : value;
}

/// The value of `expression`, for Real = float or double. One IEEE operation in Real per node, operands before
/// their node, left before right; literals are `rounded` first. In detail:
///   a ^ n     with a literal whole n, |n| <= 64: the product of `integer_power`; 1 / a^|n| for negative n; 1 for n = 0
///   a ^ b     otherwise exp(b * log(a)): three operations; not a number for a < 0
///   min(a, b) a < b ? a : b        max(a, b) a > b ? a : b        (b where one is not a number, as the hardware does)
///   a < b     1 or 0; every comparison with not-a-number is 0, but != is 1
///   exp, log, tanh are base's own, the same bits on every machine; sqrt is IEEE's; abs and - change the sign bit.
/// A name without a value is not-a-number.
template <class Real>
[[nodiscard]] Real evaluate(const Expression& expression, const Bindings<Real>& values);

extern template float evaluate<float>(const Expression&, const Bindings<float>&);
extern template double evaluate<double>(const Expression&, const Bindings<double>&);

/// base^exponent for exponent >= 1 from the highest bit of the exponent down: square for each further bit, then times
/// `base` where the bit is set. x^2 = x*x, x^3 = (x*x)*x, x^5 = ((x*x)*(x*x))*x.
template <class Value, class Multiply>
[[nodiscard]] Value integer_power(const Value& base, int exponent, Multiply multiply) {
  int bit = 1;
  while (bit <= exponent / 2) bit *= 2;
  Value result = base;
  for (bit /= 2; bit > 0; bit /= 2) {
    result = multiply(result, result);
    if (exponent & bit) result = multiply(result, base);
  }
  return result;
}

}  // namespace carve::rule
