// Formulas for people: one walk over the tree, three notations (plain text, LaTeX, MathML).
#pragma once

#include <string>
#include <string_view>

#include "carve/rule/expression.hpp"

namespace carve::rule {

/// How one notation writes each construct; the arguments are already in that notation.
struct Notation {
  bool flat;                                       // all in one line: fractions and powers need brackets
  std::string (*number)(std::string_view digits);  // "0.02", "1.2e-07"
  std::string (*quantity)(std::string_view digits, std::string_view unit);
  std::string (*name)(std::string_view name);
  std::string (*infix)(const std::string& left, std::string_view symbol, const std::string& right);  // "+", "<=", ...
  std::string (*times)(const std::string& left, const std::string& right);
  std::string (*negated)(const std::string& inner);
  std::string (*fraction)(const std::string& above, const std::string& below);
  std::string (*superscript)(const std::string& base, const std::string& exponent);
  std::string (*bracketed)(const std::string& inner);
  std::string (*call)(Operation function, std::string_view name, const std::string& arguments);
  std::string_view separator;  // between arguments
  std::string_view ellipsis;
};

extern const Notation plain_notation;  // "0.02 x y^2": for reading, not for parse
extern const Notation latex_notation;
extern const Notation mathml_notation;

/// The formula in a notation. Signs are drawn out of products and sums first (see `tidy`).
[[nodiscard]] std::string typeset(const Expression& expression, const Notation& notation);

}  // namespace carve::rule
