// What the formulas of found rules are made of, for rate and for spiking neurons.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "carve/rule/found_rule.hpp"
#include "carve/rule/typeset.hpp"

namespace carve::rule {

/// scale * (sum of the terms, in their order), numbers rounded; terms below options.hide_below become "...". A lone
/// term is multiplied out; else the sign of the first one is the whole's.
[[nodiscard]] std::string scaled_sum(double scale, std::vector<Term> terms, const std::vector<std::string>& variables,
                                     const FormulaOptions& options, const Notation& notation);

/// eta*(sum of the terms) with every digit, in the language of parse.hpp.
[[nodiscard]] std::string exact_sum(double eta, std::span<const Term> terms, const std::vector<std::string>& variables);

/// A formula of the rule with its numbers put in, of so many digits or exact, less the terms that have a factor 0.
[[nodiscard]] Expression with_numbers(const Expression& formula, const Rule& rule, std::optional<int> digits);

}  // namespace carve::rule
