#include "carve/rule/substitute.hpp"

#include <utility>

namespace carve::rule {
namespace {

/// Rebuilds a tree from its leaves up, visiting each shared node once.
template <class Change>
class Rebuilder {
 public:
  explicit Rebuilder(Change change) : change_(std::move(change)) {}

  Expression operator()(const Expression& expression) {
    const auto found = done_.find(expression.identity());
    if (found != done_.end()) return found->second;
    std::vector<Expression> operands;
    bool same = true;
    for (const Expression& operand : expression.operands()) {
      operands.push_back((*this)(operand));
      same = same && operands.back().identity() == operand.identity();
    }
    const Expression rebuilt =
        same ? expression : Expression::make(expression.operation(), std::move(operands), expression.span());
    return done_.emplace(expression.identity(), change_(rebuilt)).first->second;
  }

 private:
  Change change_;
  std::map<const void*, Expression> done_;  // the nodes outlive this object: the argument of the walk holds them
};

bool negated(const Expression& expression) { return expression.operation() == Operation::negate; }

Expression tidy_node(const Expression& expression) {
  if (expression.operands().empty()) return expression;
  const Expression& a = expression.operand(0);
  if (negated(expression)) {
    if (negated(a)) return a.operand(0);
    return expression;
  }
  if (expression.operands().size() < 2) return expression;
  const Expression& b = expression.operand(1);
  switch (expression.operation()) {
    case Operation::add: return negated(b) ? a - b.operand(0) : expression;
    case Operation::subtract: return negated(b) ? a + b.operand(0) : expression;
    case Operation::multiply:
    case Operation::divide: {
      if (!negated(a) && !negated(b)) return expression;
      const Expression& left = negated(a) ? a.operand(0) : a;
      const Expression& right = negated(b) ? b.operand(0) : b;
      const Expression result = Expression::make(expression.operation(), {left, right}, expression.span());
      return negated(a) && negated(b) ? result : -result;
    }
    default: return expression;
  }
}

bool zero(const Expression& expression) {
  return expression.operation() == Operation::number && expression.value() == 0;
}

Expression without_zero(const Expression& expression) {
  if (expression.operands().empty()) return expression;
  const Expression& a = expression.operand(0);
  const Expression& b = expression.operands().back();
  switch (expression.operation()) {
    case Operation::negate:
    case Operation::tanh:
    case Operation::sqrt:
    case Operation::abs: return zero(a) ? a : expression;
    case Operation::add: return zero(a) ? b : zero(b) ? a : expression;
    case Operation::subtract: return zero(b) ? a : zero(a) ? -b : expression;
    case Operation::multiply: return zero(a) ? a : zero(b) ? b : expression;
    case Operation::divide: return zero(a) && !zero(b) ? a : expression;
    default: return expression;
  }
}

}  // namespace

Expression substitute(const Expression& expression,
                      const std::map<std::string, Expression, std::less<>>& replacements) {
  return Rebuilder([&](const Expression& node) {
    if (node.operation() != Operation::name) return node;
    const auto found = replacements.find(node.name());
    return found == replacements.end() ? node : found->second;
  })(expression);
}

Expression tidy(const Expression& expression) { return Rebuilder(tidy_node)(expression); }

Expression without_zero_terms(const Expression& expression) { return Rebuilder(without_zero)(expression); }

}  // namespace carve::rule
