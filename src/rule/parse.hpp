// From text to a formula; mistakes are reported at their place with what to do about them.
#pragma once

#include <optional>
#include <string_view>

#include "carve/base/diagnostic.hpp"
#include "carve/rule/expression.hpp"

namespace carve::rule {

// Limits that keep hostile or mistaken text from costing memory or stack.
inline constexpr std::size_t longest_text = 65536;   // bytes
inline constexpr std::size_t deepest_nesting = 200;  // brackets, signs and powers inside each other
inline constexpr std::size_t deepest_tree = 4000;    // operations on the longest path, sums and products included

/// Reads a formula.
///
///   comparison := sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum]     gives 1 or 0; does not chain
///   sum        := product {("+" | "-") product}
///   product    := sign {("*" | "/") sign}
///   sign       := "-" sign | power
///   power      := atom ["^" sign]                                        -x^2 is -(x^2); 2^3^2 is 2^(3^2)
///   atom       := number | name | function "(" comparison {"," comparison} ")" | "(" comparison ")"
///
/// `text` is what stands at `place`; where their lengths differ (escapes in a string), mistakes and nodes point at the
/// whole place. Returns nothing after reporting the first mistake.
[[nodiscard]] std::optional<Expression> parse(std::string_view text, const base::Span& place,
                                              base::Diagnostics& diagnostics);

}  // namespace carve::rule
