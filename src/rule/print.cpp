#include "carve/rule/print.hpp"

#include <cmath>

#include <fmt/format.h>

#include "carve/base/units.hpp"

namespace carve::rule {
namespace {

// How tightly an operation binds, as in the grammar of parse.hpp.
enum Binding { comparison = 1, sum, product, sign, raised, atom };

Binding binding(Operation operation) {
  switch (operation) {
    case Operation::add:
    case Operation::subtract: return sum;
    case Operation::multiply:
    case Operation::divide: return product;
    case Operation::negate: return sign;
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

class Printer {
 public:
  explicit Printer(const Dialect& dialect) : dialect_(dialect) {}

  void write(const Expression& expression, Binding loosest) {
    const bool own = dialect_.patterns.contains(expression.operation());
    const bool bracket = !own && binding(expression.operation()) < loosest;
    if (bracket) text_ += '(';
    if (own) write_pattern(expression);
    else write_bare(expression);
    if (bracket) text_ += ')';
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void write_operator(const Expression& expression, Binding left, std::string_view symbol, Binding right) {
    write(expression.operand(0), left);
    text_ += symbol;
    write(expression.operand(1), right);
  }

  // What is not inlined holds texts, which would lie on the stack for every level of a deep sum.
  [[gnu::noinline]] void write_number(double value) { text_ += base::format_number(value); }

  [[gnu::noinline]] void write_call(const Expression& expression) {
    for (const Function& each : functions()) {
      if (each.operation == expression.operation()) text_ += each.name;
    }
    text_ += '(';
    write(expression.operand(0), comparison);
    if (expression.operands().size() == 2) {
      text_ += ", ";
      write(expression.operand(1), comparison);
    }
    text_ += ')';
  }

  [[gnu::noinline]] void write_pattern(const Expression& expression) {
    std::vector<std::string> operands;
    for (const Expression& each : expression.operands()) operands.push_back(print(each, dialect_));
    operands.resize(2);
    text_ += fmt::format(fmt::runtime(dialect_.patterns.at(expression.operation())), operands[0], operands[1]);
  }

  void write_bare(const Expression& expression) {
    switch (expression.operation()) {
      case Operation::number: write_number(expression.value()); return;
      case Operation::name: text_ += expression.name(); return;
      case Operation::negate:
        text_ += '-';
        write(expression.operand(0), sign);
        return;
      case Operation::add: write_operator(expression, sum, " + ", product); return;
      case Operation::subtract: write_operator(expression, sum, " - ", product); return;
      case Operation::multiply: write_operator(expression, product, "*", sign); return;
      case Operation::divide: write_operator(expression, product, "/", sign); return;
      case Operation::power: write_operator(expression, atom, dialect_.power, sign); return;
      case Operation::less: write_operator(expression, sum, " < ", sum); return;
      case Operation::less_equal: write_operator(expression, sum, " <= ", sum); return;
      case Operation::greater: write_operator(expression, sum, " > ", sum); return;
      case Operation::greater_equal: write_operator(expression, sum, " >= ", sum); return;
      case Operation::equal: write_operator(expression, sum, " == ", sum); return;
      case Operation::not_equal: write_operator(expression, sum, " != ", sum); return;
      default: write_call(expression);
    }
  }

  const Dialect& dialect_;
  std::string text_;
};

}  // namespace

std::string print(const Expression& expression) { return print(expression, {}); }

std::string print(const Expression& expression, const Dialect& dialect) {
  Printer printer(dialect);
  printer.write(expression, comparison);
  return printer.take();
}

}  // namespace carve::rule
