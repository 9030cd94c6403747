// The formulas of found rules between spiking neurons: what each event does, time constants, bounds.
#pragma once

#include <string>

#include "carve/base/value.hpp"
#include "carve/rule/found_rule.hpp"

namespace carve::rule {

/// "on pre: w += 0.001 (x_post - 0.2); on post: w += 0.001 x_pre; tau_pre = 20 ms, tau_post = 20 ms; 0 <= w <= 10".
/// One line that a terminal and a cell of a table can hold; each part reads by itself, in the words of the file.
[[nodiscard]] std::string event_text(const Rule& rule, const FormulaOptions& options);
[[nodiscard]] std::string event_latex(const Rule& rule, const FormulaOptions& options);
/// One <mtable> of MathML Core: a row for each event above time constants and bounds. The padding of its cells is that
/// of the standard, 0.4 em, and text-align its only style.
[[nodiscard]] std::string event_mathml(const Rule& rule, const FormulaOptions& options);

/// The rule in text with every digit: on_pre and on_post with the numbers put in, without the terms that are 0, and of
/// traces, time constants and bounds what these formulas and read_event_rule need.
[[nodiscard]] base::Table exact_event_table(const Rule& rule);

}  // namespace carve::rule
