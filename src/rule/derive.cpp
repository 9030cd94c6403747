#include "carve/rule/derive.hpp"

#include <cmath>
#include <map>
#include <optional>

namespace carve::rule {
namespace {

std::optional<double> literal(const Expression& e) {
  if (e.operation() == Operation::number) return e.value();
  if (e.operation() == Operation::negate && e.operand(0).operation() == Operation::number) return -e.operand(0).value();
  return std::nullopt;
}

bool is(const Expression& e, double number) { return literal(e) == number; }

Expression zero() { return Expression::number(0); }

/// The operation, or its result where both operands are numbers and it can be a number of a formula.
Expression folded(Operation operation, const Expression& a, const Expression& b) {
  const auto x = literal(a), y = literal(b);
  if (x && y) {
    const double value = operation == Operation::add        ? *x + *y
                         : operation == Operation::subtract ? *x - *y
                         : operation == Operation::multiply ? *x * *y
                                                            : *x / *y;
    if (value == 0 || std::isnormal(value)) return Expression::number(value);
  }
  return Expression::make(operation, {a, b});
}

Expression negation(const Expression& a) {
  if (is(a, 0)) return zero();
  if (const auto value = literal(a)) return Expression::number(-*value);
  return a.operation() == Operation::negate ? a.operand(0) : -a;
}
Expression sum(const Expression& a, const Expression& b) {
  if (is(a, 0)) return b;
  return is(b, 0) ? a : folded(Operation::add, a, b);
}
Expression difference(const Expression& a, const Expression& b) {
  if (is(b, 0)) return a;
  return is(a, 0) ? negation(b) : folded(Operation::subtract, a, b);
}
Expression product(const Expression& a, const Expression& b) {
  if (is(a, 0) || is(b, 0)) return zero();
  if (is(a, 1)) return b;
  return is(b, 1) ? a : folded(Operation::multiply, a, b);
}
Expression quotient(const Expression& a, const Expression& b) {
  if (is(a, 0)) return zero();
  return is(b, 1) ? a : folded(Operation::divide, a, b);
}

/// `a`, but 1 where it is 0: a divisor that is never 0.
Expression nonzero(const Expression& a) {
  return sum(a, Expression::make(Operation::equal, {a, Expression::number(0)}));
}

class Derivation {
 public:
  explicit Derivation(std::string_view name) : name_(name) {}

  Expression operator()(const Expression& e) {
    const auto found = done_.find(e.identity());
    if (found != done_.end()) return found->second;
    return done_.emplace(e.identity(), derive(e)).first->second;
  }

 private:
  Expression derive(const Expression& e) {
    if (e.operation() == Operation::number) return zero();
    if (e.operation() == Operation::name) return Expression::number(e.name() == name_ ? 1 : 0);
    const Expression& a = e.operand(0);
    const Expression da = (*this)(a);
    if (e.operation() == Operation::negate) return negation(da);
    if (e.operands().size() == 1) return is(da, 0) ? zero() : product(outer(e, a), da);
    const Expression& b = e.operand(1);
    const Expression db = (*this)(b);
    if (is(da, 0) && is(db, 0)) return zero();
    switch (e.operation()) {
      case Operation::add: return sum(da, db);
      case Operation::subtract: return difference(da, db);
      case Operation::multiply: {
        const Expression left = product(da, b);
        return sum(left, product(a, db));
      }
      case Operation::divide: return quotient(difference(da, product(e, db)), b);  // (a' - (a/b) b') / b
      case Operation::power: return of_power(e, da, db);
      case Operation::minimum: return chosen(Expression::make(Operation::less, {a, b}), da, db);
      case Operation::maximum: return chosen(Expression::make(Operation::greater, {a, b}), da, db);
      default: return zero();  // comparisons
    }
  }

  /// The derivative of a function of one operand by that operand.
  static Expression outer(const Expression& e, const Expression& a) {
    switch (e.operation()) {
      case Operation::exp: return e;
      case Operation::log: return quotient(Expression::number(1), nonzero(a));
      case Operation::tanh: return Expression::number(1) - e * e;
      case Operation::sqrt: return e / (Expression::number(2) * nonzero(a));
      default:  // abs
        return Expression::make(Operation::greater, {a, zero()}) - Expression::make(Operation::less, {a, zero()});
    }
  }

  static Expression of_power(const Expression& e, const Expression& da, const Expression& db) {
    const Expression& a = e.operand(0);
    const Expression& b = e.operand(1);
    if (const auto n = integer_exponent(b)) {
      if (*n == 0) return zero();
      if (*n == 1) return da;
      if (*n < 0) return product(Expression::number(*n) * e / a, da);  // e shared; n - 1 might be no whole power
      return product(Expression::number(*n) * (*n == 2 ? a : power(a, Expression::number(*n - 1))), da);
    }
    // a^b (b' log a + b a' / a)
    const Expression safe = nonzero(a);
    const Expression by_exponent = is(db, 0) ? zero() : product(Expression::make(Operation::log, {safe}), db);
    return product(e, sum(by_exponent, quotient(product(b, da), safe)));
  }

  static Expression chosen(const Expression& first, const Expression& da, const Expression& db) {
    if (literal(da) && literal(da) == literal(db)) return da;
    const Expression left = product(first, da);
    return sum(left, product(Expression::number(1) - first, db));
  }

  std::string_view name_;
  std::map<const void*, Expression> done_;
};

}  // namespace

Expression derivative(const Expression& expression, std::string_view name) { return Derivation(name)(expression); }

}  // namespace carve::rule
