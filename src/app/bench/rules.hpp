// The rules that the benchmarks run, and candidates of them that neither die nor explode.
#pragma once

#include <string>
#include <vector>

#include "carve/rule/rule_set.hpp"

namespace carve::app {

/// All 27 terms x^a y^b w^c with a, b, c <= 2, and eta = 0.02.
[[nodiscard]] rule::RuleSpace dense_rule();
/// A rule in x, y, w whose other names are parameters.
[[nodiscard]] rule::RuleSpace text_rule(const std::string& dw);

/// Oja's rule with a little of every other term, another mixture for each candidate: the values of all parameters.
/// In a rule from text, A is about 1 and B about -1. The rule of lateral connections, if there is one, is the same with
/// the opposite sign: it keeps the outputs apart.
[[nodiscard]] std::vector<std::vector<double>> near_oja(const rule::RuleSet& rules, std::size_t count);

}  // namespace carve::app
