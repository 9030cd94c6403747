// A rule's formula as an immutable tree that is cheap to copy: numbers, names, arithmetic and a few functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "carve/base/span.hpp"

namespace carve::rule {

/// What a node computes. The order is part of no file format.
enum class Operation : std::uint8_t {
  number,
  name,
  negate,
  add,
  subtract,
  multiply,
  divide,
  power,
  exp,
  log,
  tanh,
  sqrt,
  abs,
  minimum,
  maximum,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
};

/// A formula. Copies share their nodes; nothing about a node ever changes.
/// Numbers in the tree are finite and not negative: -2 is the negation of 2, so that text and tree are one to one.
/// Nor are they subnormal: those become 0, so that it does not matter whether the CPU flushes them.
class Expression {
 public:
  /// The number 0.
  Expression();

  /// `value` must be finite; a negative one becomes a negation.
  [[nodiscard]] static Expression number(double value, base::Span span = {});
  /// `name`: letters, digits and '_', not starting with a digit, not the name of a function.
  [[nodiscard]] static Expression name(std::string name, base::Span span = {});
  /// `operands`: as many as `arity(operation)`.
  [[nodiscard]] static Expression make(Operation operation, std::vector<Expression> operands, base::Span span = {});

  [[nodiscard]] Operation operation() const;
  /// Of a number.
  [[nodiscard]] double value() const;
  /// Of a name.
  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] const std::vector<Expression>& operands() const;
  [[nodiscard]] const Expression& operand(std::size_t index) const { return operands()[index]; }
  /// Where the user wrote it; points nowhere for what carve made.
  [[nodiscard]] const base::Span& span() const;
  /// Nodes of the tree as it would be printed (shared ones counted each time), at most 2^32 - 1.
  [[nodiscard]] std::size_t size() const;
  /// 1 for a number or a name.
  [[nodiscard]] std::size_t depth() const;
  /// Equal for expressions that share this node; for maps of nodes already visited.
  [[nodiscard]] const void* identity() const { return node_.get(); }

  /// The same tree with the same numbers to the bit; places do not matter.
  friend bool operator==(const Expression& a, const Expression& b);

 private:
  struct Node;
  explicit Expression(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  std::shared_ptr<const Node> node_;
};

/// How many operands an operation takes: 0, 1 or 2.
[[nodiscard]] std::size_t arity(Operation operation);

/// The functions of the language by their names in text ("exp", ..., "min", "max").
struct Function {
  std::string_view name;
  Operation operation;
};
[[nodiscard]] const std::vector<Function>& functions();

/// The whole number that a literal exponent spells ("3", "-2"), if its absolute value is at most `largest_exponent`.
/// Such powers are products (see evaluate.hpp); all others are exp(b log a).
inline constexpr int largest_exponent = 64;
[[nodiscard]] std::optional<int> integer_exponent(const Expression& exponent);

// Short ways to build formulas; no simplification, one node each.
[[nodiscard]] Expression operator-(const Expression& a);
[[nodiscard]] Expression operator+(const Expression& a, const Expression& b);
[[nodiscard]] Expression operator-(const Expression& a, const Expression& b);
[[nodiscard]] Expression operator*(const Expression& a, const Expression& b);
[[nodiscard]] Expression operator/(const Expression& a, const Expression& b);
[[nodiscard]] Expression power(const Expression& base, const Expression& exponent);

/// Every name in it once, in the order of first appearance, read from left to right.
[[nodiscard]] std::vector<Expression> names(const Expression& expression);

}  // namespace carve::rule
