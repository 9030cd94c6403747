#include "carve/rule/typeset.hpp"

#include <vector>

#include "carve/base/units.hpp"
#include "carve/rule/print.hpp"
#include "carve/rule/substitute.hpp"

namespace carve::rule {
namespace {

// How tightly each construct binds once it is typeset. A sign binds like a sum: it may only lead.
enum Binding { comparison = 1, sum, product, raised, atom };

/// Fractions and superscripts show their extent by themselves; in a flat notation they need brackets.
class Typesetter {
 public:
  explicit Typesetter(const Notation& notation) : notation_(notation), flat_(notation.flat) {}

  [[nodiscard]] std::string operator()(const Expression& expression, Binding loosest) const {
    const std::string bare = write(expression);
    return binding(expression) < loosest ? notation_.bracketed(bare) : bare;
  }

 private:
  [[nodiscard]] Binding binding(const Expression& expression) const {
    switch (expression.operation()) {
      case Operation::number:
        return base::format_number(expression.value()).find('e') == std::string::npos || flat_ ? atom : product;
      case Operation::negate:
      case Operation::add:
      case Operation::subtract: return sum;
      case Operation::multiply: return product;
      case Operation::divide: return flat_ ? product : raised;
      case Operation::power: return raised;
      case Operation::less:
      case Operation::less_equal:
      case Operation::greater:
      case Operation::greater_equal:
      case Operation::equal:
      case Operation::not_equal: return comparison;
      default: return atom;
    }
  }

  [[nodiscard]] std::string infix(const Expression& e, Binding left, std::string_view symbol, Binding right) const {
    return notation_.infix((*this)(e.operand(0), left), symbol, (*this)(e.operand(1), right));
  }

  [[nodiscard]] std::string times(const Expression& e) const {
    // Two numbers side by side would read as one.
    const Expression* first = &e.operand(1);
    while (first->operation() == Operation::power) first = &first->operand(0);
    const std::string left = (*this)(e.operand(0), product);
    const bool number = first->operation() == Operation::number;
    return notation_.times(
        left, number ? notation_.bracketed((*this)(e.operand(1), comparison)) : (*this)(e.operand(1), raised));
  }

  [[nodiscard]] std::string fraction(const Expression& e) const {
    if (flat_) return infix(e, product, "/", raised);
    return notation_.fraction((*this)(e.operand(0), comparison), (*this)(e.operand(1), comparison));
  }

  [[nodiscard]] std::string call(const Expression& e) const {
    std::string arguments = (*this)(e.operand(0), comparison);
    if (e.operands().size() == 2) arguments += std::string(notation_.separator) + (*this)(e.operand(1), comparison);
    for (const Function& each : functions()) {
      if (each.operation == e.operation()) return notation_.call(each.operation, each.name, arguments);
    }
    return arguments;
  }

  [[nodiscard]] std::string write(const Expression& e) const {
    switch (e.operation()) {
      case Operation::number: return notation_.number(base::format_number(e.value()));
      case Operation::name: return notation_.name(e.name());
      case Operation::negate: return notation_.negated((*this)(e.operand(0), product));
      case Operation::add: return infix(e, sum, "+", product);
      case Operation::subtract: return infix(e, sum, "-", product);
      case Operation::multiply: return times(e);
      case Operation::divide: return fraction(e);
      case Operation::power:
        return notation_.superscript((*this)(e.operand(0), atom), (*this)(e.operand(1), flat_ ? atom : comparison));
      case Operation::less: return infix(e, sum, "<", sum);
      case Operation::less_equal: return infix(e, sum, "<=", sum);
      case Operation::greater: return infix(e, sum, ">", sum);
      case Operation::greater_equal: return infix(e, sum, ">=", sum);
      case Operation::equal: return infix(e, sum, "==", sum);
      case Operation::not_equal: return infix(e, sum, "!=", sum);
      default: return call(e);
    }
  }

  const Notation& notation_;
  bool flat_;
};

}  // namespace

std::string typeset(const Expression& expression, const Notation& notation) {
  return Typesetter(notation)(tidy(expression), comparison);
}

std::string latex(const Expression& expression) { return typeset(expression, latex_notation); }
std::string mathml(const Expression& expression) { return typeset(expression, mathml_notation); }

}  // namespace carve::rule
