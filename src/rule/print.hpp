// A formula as text that reads back as the same tree, as LaTeX, and as MathML.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "carve/rule/expression.hpp"

namespace carve::rule {

/// Text for which parse(print(e)) == e, with as few brackets as that allows and numbers in their shortest exact form.
[[nodiscard]] std::string print(const Expression& expression);

/// How another language writes what it does not write as we do.
struct Dialect {
  std::string power = "^";
  /// Of functions and comparisons: "np.minimum({}, {})". What it becomes must bind as tightly as a name.
  std::map<Operation, std::string> patterns = {};
};
/// The same in another language, whose operators bind as ours do.
[[nodiscard]] std::string print(const Expression& expression, const Dialect& dialect);

/// LaTeX for math mode: "\frac{x}{\tau_{\mathrm{pre}}}".
[[nodiscard]] std::string latex(const Expression& expression);
/// Presentation MathML: one <mrow> (or simpler) element, without the surrounding <math>.
[[nodiscard]] std::string mathml(const Expression& expression);

/// A name as it is typeset: theta_110 with its index below, Greek letters as such.
[[nodiscard]] std::string latex_name(std::string_view name);
[[nodiscard]] std::string mathml_name(std::string_view name);

/// A number with at most `digits` significant digits, without trailing zeros: "0.0086", "-1.2e-7".
[[nodiscard]] std::string round_number(double value, int digits);
/// The number in `text` ("1.2e-7") typeset: 1.2 \times 10^{-7}.
[[nodiscard]] std::string latex_number(std::string_view text);
[[nodiscard]] std::string mathml_number(std::string_view text);

}  // namespace carve::rule
