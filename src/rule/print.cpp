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

void write(const Expression& expression, Binding loosest, std::string& text);

void write_operator(const Expression& expression, Binding left, std::string_view symbol, Binding right,
                    std::string& text) {
  write(expression.operand(0), left, text);
  text += symbol;
  write(expression.operand(1), right, text);
}

void write_call(const Expression& expression, std::string& text) {
  for (const Function& each : functions()) {
    if (each.operation == expression.operation()) text += each.name;
  }
  text += '(';
  write(expression.operand(0), comparison, text);
  if (expression.operands().size() == 2) {
    text += ", ";
    write(expression.operand(1), comparison, text);
  }
  text += ')';
}

void write_bare(const Expression& expression, std::string& text) {
  switch (expression.operation()) {
    case Operation::number: text += base::format_number(expression.value()); return;
    case Operation::name: text += expression.name(); return;
    case Operation::negate:
      text += '-';
      write(expression.operand(0), sign, text);
      return;
    case Operation::add: write_operator(expression, sum, " + ", product, text); return;
    case Operation::subtract: write_operator(expression, sum, " - ", product, text); return;
    case Operation::multiply: write_operator(expression, product, "*", sign, text); return;
    case Operation::divide: write_operator(expression, product, "/", sign, text); return;
    case Operation::power: write_operator(expression, atom, "^", sign, text); return;
    case Operation::less: write_operator(expression, sum, " < ", sum, text); return;
    case Operation::less_equal: write_operator(expression, sum, " <= ", sum, text); return;
    case Operation::greater: write_operator(expression, sum, " > ", sum, text); return;
    case Operation::greater_equal: write_operator(expression, sum, " >= ", sum, text); return;
    case Operation::equal: write_operator(expression, sum, " == ", sum, text); return;
    case Operation::not_equal: write_operator(expression, sum, " != ", sum, text); return;
    default: write_call(expression, text);
  }
}

void write(const Expression& expression, Binding loosest, std::string& text) {
  const bool bracket = binding(expression.operation()) < loosest;
  if (bracket) text += '(';
  write_bare(expression, text);
  if (bracket) text += ')';
}

}  // namespace

std::string print(const Expression& expression) {
  std::string text;
  write(expression, comparison, text);
  return text;
}

}  // namespace carve::rule
