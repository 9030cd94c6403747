#include "carve/rule/expression.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

namespace carve::rule {

struct Expression::Node {
  Operation operation = Operation::number;
  double value = 0;
  std::string name;
  std::vector<Expression> operands;
  base::Span span;
  std::size_t size = 1;
  std::size_t depth = 1;
};

Expression::Expression() {
  static const auto zero = std::make_shared<const Node>();
  node_ = zero;
}

Expression Expression::number(double value, base::Span span) {
  assert(std::isfinite(value));
  if (std::signbit(value)) return make(Operation::negate, {number(-value, span)}, span);
  Node node;
  node.value = value < std::numeric_limits<double>::min() ? 0.0 : value;
  node.span = std::move(span);
  return Expression(std::make_shared<const Node>(std::move(node)));
}

Expression Expression::name(std::string name, base::Span span) {
  Node node;
  node.operation = Operation::name;
  node.name = std::move(name);
  node.span = std::move(span);
  return Expression(std::make_shared<const Node>(std::move(node)));
}

Expression Expression::make(Operation operation, std::vector<Expression> operands, base::Span span) {
  assert(operands.size() == arity(operation) && !operands.empty());
  Node node;
  node.operation = operation;
  node.span = std::move(span);
  for (const Expression& operand : operands) {
    node.size = std::min<std::size_t>(node.size + operand.size(), std::numeric_limits<std::uint32_t>::max());
    node.depth = std::max(node.depth, operand.depth() + 1);
  }
  node.operands = std::move(operands);
  return Expression(std::make_shared<const Node>(std::move(node)));
}

Operation Expression::operation() const { return node_->operation; }
double Expression::value() const { return node_->value; }
const std::string& Expression::name() const { return node_->name; }
const std::vector<Expression>& Expression::operands() const { return node_->operands; }
const base::Span& Expression::span() const { return node_->span; }
std::size_t Expression::size() const { return node_->size; }
std::size_t Expression::depth() const { return node_->depth; }

bool operator==(const Expression& a, const Expression& b) {
  if (a.node_ == b.node_) return true;
  return a.operation() == b.operation() && a.size() == b.size() && a.depth() == b.depth() &&
         std::bit_cast<std::uint64_t>(a.value()) == std::bit_cast<std::uint64_t>(b.value()) && a.name() == b.name() &&
         a.operands() == b.operands();
}

std::size_t arity(Operation operation) {
  switch (operation) {
    case Operation::number:
    case Operation::name: return 0;
    case Operation::negate:
    case Operation::exp:
    case Operation::log:
    case Operation::tanh:
    case Operation::sqrt:
    case Operation::abs: return 1;
    default: return 2;
  }
}

const std::vector<Function>& functions() {
  static const std::vector<Function> list{
      {"exp", Operation::exp}, {"log", Operation::log},     {"tanh", Operation::tanh},  {"sqrt", Operation::sqrt},
      {"abs", Operation::abs}, {"min", Operation::minimum}, {"max", Operation::maximum}};
  return list;
}

std::optional<int> integer_exponent(const Expression& exponent) {
  const bool negative = exponent.operation() == Operation::negate;
  const Expression& digits = negative ? exponent.operand(0) : exponent;
  if (digits.operation() != Operation::number) return std::nullopt;
  if (digits.value() > largest_exponent || digits.value() != std::floor(digits.value())) return std::nullopt;
  const int whole = static_cast<int>(digits.value());
  return negative ? -whole : whole;
}

Expression operator-(const Expression& a) { return Expression::make(Operation::negate, {a}); }
Expression operator+(const Expression& a, const Expression& b) { return Expression::make(Operation::add, {a, b}); }
Expression operator-(const Expression& a, const Expression& b) { return Expression::make(Operation::subtract, {a, b}); }
Expression operator*(const Expression& a, const Expression& b) { return Expression::make(Operation::multiply, {a, b}); }
Expression operator/(const Expression& a, const Expression& b) { return Expression::make(Operation::divide, {a, b}); }
Expression power(const Expression& base, const Expression& exponent) {
  return Expression::make(Operation::power, {base, exponent});
}

namespace {
void collect(const Expression& expression, std::set<const void*>& visited, std::set<std::string>& known,
             std::vector<Expression>& found) {
  if (!visited.insert(expression.identity()).second) return;
  if (expression.operation() == Operation::name && known.insert(expression.name()).second) found.push_back(expression);
  for (const Expression& operand : expression.operands()) collect(operand, visited, known, found);
}
}  // namespace

std::vector<Expression> names(const Expression& expression) {
  std::set<const void*> visited;
  std::set<std::string> known;
  std::vector<Expression> found;
  collect(expression, visited, known, found);
  return found;
}

}  // namespace carve::rule
