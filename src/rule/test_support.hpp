// What the tests of this room share: random formulas, tables from TOML, golden files.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/base/value.hpp"
#include "carve/rule/expression.hpp"
#include "carve/rule/family.hpp"
#include "carve/rule/found_rule.hpp"

namespace carve::rule::test {

/// A random formula over `names` with every operation of the language, at most `depth` levels deep.
[[nodiscard]] Expression random_expression(int depth, const std::vector<std::string>& names);
/// A random formula that is a polynomial in x, y, w with coefficients in A, B.
[[nodiscard]] Expression random_polynomial(int depth);
/// A number as people write it, or any other that is finite and not negative.
[[nodiscard]] double random_number();

/// The formula that `text` spells; fails the test where it spells none.
[[nodiscard]] Expression formula(std::string_view text);

/// A TOML document as the reader of files hands it over: every key and value with its place.
[[nodiscard]] base::Table read_toml(const std::string& text, const std::string& name = "test.toml");

/// A rule between spiking neurons from the body of its table, here [rule.inhibition]; fails the test over a mistake.
[[nodiscard]] RuleSpace read_events(const std::string& body);
/// One member of that space: parameters that are not named have their fixed or initial value.
[[nodiscard]] Rule event_rule(const std::string& body, const std::map<std::string, double>& numbers);

/// Every family's sample is read; every field of it refuses nonsense with a message. `read`: as read_rule_space.
void expect_families_refuse_nonsense(const std::vector<const Family*>& families, decltype(read_rule_space) read);

/// Compares with src/rule/golden/NAME; writes that file instead where the environment has CARVE_UPDATE_GOLDEN.
void expect_golden(const std::string& name, const std::string& text);

}  // namespace carve::rule::test

namespace carve::rule {
/// How rapidcheck and googletest show a formula; the names are theirs.
void showValue(const Expression& expression, std::ostream& out);  // NOLINT(readability-identifier-naming)
void PrintTo(const Expression& expression, std::ostream* out);    // NOLINT(readability-identifier-naming)
}  // namespace carve::rule
