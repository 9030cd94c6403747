#include "carve/rule/evaluate.hpp"

#include "carve/rule/program.hpp"

namespace carve::rule {
namespace {

template <class Real>
Real raise(const Expression& expression, Real base, const Bindings<Real>& values) {
  const auto multiply = [](Real a, Real b) { return a * b; };
  if (const auto whole = integer_exponent(expression.operand(1))) {
    if (*whole == 0) return Real(1);
    const Real product = integer_power(base, *whole < 0 ? -*whole : *whole, multiply);
    return *whole < 0 ? Real(1) / product : product;
  }
  const Real exponent = evaluate(expression.operand(1), values);
  return apply(Opcode::exp, exponent * apply(Opcode::log, base, base), base);
}

}  // namespace

template <class Real>
Real evaluate(const Expression& expression, const Bindings<Real>& values) {
  if (expression.operation() == Operation::number) return rounded<Real>(expression.value());
  if (expression.operation() == Operation::name) {
    const auto found = values.find(expression.name());
    return found == values.end() ? std::numeric_limits<Real>::quiet_NaN() : found->second;
  }
  const Real a = evaluate(expression.operand(0), values);
  if (expression.operation() == Operation::power) return raise(expression, a, values);
  const Real b = expression.operands().size() == 2 ? evaluate(expression.operand(1), values) : a;
  return apply(opcode(expression.operation()), a, b);
}

template float evaluate<float>(const Expression&, const Bindings<float>&);
template double evaluate<double>(const Expression&, const Bindings<double>&);

}  // namespace carve::rule
