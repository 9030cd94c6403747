// A rule with its numbers: the formula people read, its terms, and rule.toml that reads back to the same bits.
#include <algorithm>
#include <cmath>
#include <cstring>

#include <gmock/gmock.h>

#include "carve/rule/evaluate.hpp"
#include "carve/rule/family.hpp"
#include "carve/rule/found_rule.hpp"
#include "carve/rule/test_support.hpp"

namespace carve::rule {
namespace {

RuleSpace read(const std::string& body, const std::string& name = "feedforward") {
  base::Diagnostics diagnostics;
  auto space = read_rule_space(name, test::read_toml(body), {}, diagnostics);
  EXPECT_TRUE(space) << diagnostics.render();
  return space ? std::move(*space) : RuleSpace{};
}

/// A rule whose parameters not named have their initial or fixed value.
Rule rule_of(const std::string& body, const std::map<std::string, double>& numbers) {
  Rule rule{read(body), {}};
  for (const Parameter& each : rule.space.parameters) {
    const auto found = numbers.find(each.name);
    rule.values.push_back(found != numbers.end() ? found->second : each.fixed.value_or(each.initial));
  }
  return rule;
}

Rule oja(const std::map<std::string, double>& numbers) {
  return rule_of("family = \"polynomial\"\neta = 0.02\n", numbers);
}

TEST(FoundRule, factors_the_common_scale_out) {
  const Rule rule = oja({{"theta_110", 0.43}, {"theta_021", -0.4257}, {"theta_100", 0.00086}});
  EXPECT_EQ(formula_text(rule), "dw = 0.0086 (x y - 0.99 y^2 w + 0.002 x)");
  EXPECT_EQ(formula_text(rule, {.digits = 2, .hide_below = 0.01}), "dw = 0.0086 (x y - 0.99 y^2 w + ...)");
  EXPECT_EQ(formula_latex(rule),
            "\\Delta w = 0.0086 \\, \\left( x \\, y - 0.99 \\, y^{2} \\, w + 0.002 \\, x \\right)");
  const Factored parts = factored(rule);
  EXPECT_NEAR(parts.scale, 0.0086, 1e-17);
  EXPECT_EQ(parts.terms[0].coefficient, 1);
  EXPECT_NEAR(parts.terms[1].coefficient, -0.99, 1e-15);
}

TEST(FoundRule, lists_terms_by_size_without_eta) {
  const std::vector<Term> list = terms(oja({{"theta_110", 0.43}, {"theta_021", -0.7}, {"theta_000", 1e-3}}));
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].term, "y^2*w");
  EXPECT_EQ(list[0].coefficient, -0.7);
  EXPECT_EQ(list[1].term, "x*y");
  EXPECT_EQ(list[1].exponents, (Exponents{1, 1, 0}));
  EXPECT_EQ(list[1].coefficient, 0.43);
  EXPECT_EQ(list[2].term, "1");
}

TEST(FoundRule, x_y_leads_unless_it_is_marginal) {
  EXPECT_EQ(formula_text(oja({{"theta_110", 0.2}, {"theta_021", -1.0}})), "dw = 0.004 (x y - 5 y^2 w)");
  EXPECT_EQ(formula_text(oja({{"theta_110", 0.02}, {"theta_021", -1.0}})), "dw = -0.02 (y^2 w - 0.02 x y)");
}

TEST(FoundRule, formulas_of_few_terms) {
  EXPECT_EQ(formula_text(oja({})), "dw = 0");
  EXPECT_EQ(formula_text(oja({{"theta_110", -1.0}})), "dw = -0.02 x y");
  EXPECT_EQ(formula_text(oja({{"theta_000", 2.0}})), "dw = 0.04");
  EXPECT_EQ(formula_text(oja({{"theta_000", 2.0}, {"theta_002", -2.0}})), "dw = 0.04 (1 - w^2)");
  EXPECT_EQ(formula_text(rule_of("dw = \"A*x*y\"\n", {{"A", 1.0}})), "dw = x y");
}

TEST(FoundRule, other_rules_show_their_text_with_the_numbers_in_it) {
  const Rule rule = rule_of("dw = \"eta*(A*tanh(x*y) + B*w)\"\neta = 0.02\n", {{"A", 0.123456}, {"B", -0.5}});
  EXPECT_EQ(formula_text(rule), "dw = 0.02 (0.123 tanh(x y) - 0.5 w)");
  EXPECT_TRUE(terms(rule).empty());
  EXPECT_EQ(formula_latex(rule),
            "\\Delta w = 0.02 \\, \\left( 0.123 \\, \\tanh\\left( x \\, y \\right) - 0.5 \\, w \\right)");
}

TEST(FoundRule, terms_of_other_rules_vanish_with_their_coefficient) {
  const auto without = [](const std::map<std::string, double>& numbers) {
    return rule_of("dw = \"eta*(A*tanh(G*y)*x - B*y^2*w + C)\"\neta = 0.02\n", numbers);
  };
  const Rule decay = without({{"A", 0.0}, {"G", 1.0}, {"B", 0.5}, {"C", 0.0}});
  EXPECT_EQ(formula_text(decay), "dw = -0.02 (0.5 y^2 w)");
  EXPECT_EQ(exact_text(decay), "-(0.02*(0.5*y^2*w))");
  EXPECT_EQ(exact_text(without({{"A", 2.0}, {"G", 1.0}, {"B", 0.0}, {"C", 0.0}})), "0.02*(2*tanh(1*y)*x)");
  EXPECT_EQ(exact_text(without({{"A", 2.0}, {"G", 0.0}, {"B", 0.0}, {"C", -0.5}})), "-(0.02*0.5)");
  EXPECT_EQ(exact_text(without({{"A", 2.0}, {"G", 0.0}, {"B", 0.0}, {"C", 0.0}})), "0");
  EXPECT_EQ(exact_text(rule_of("dw = \"A*x/w + x/(B*w)\"\n", {{"A", 0.0}, {"B", 1.0}})), "x/(1*w)");
}

// exact_text is for pasting into another file: the same coefficients to the bit.
RC_GTEST_PROP(FoundRule, exact_text_is_the_same_rule, ()) {
  const auto body = *rc::gen::element<std::string>("family = \"polynomial\"\ndegree = 1\neta = 0.3\n",
                                                   "dw = \"A*x*y - B*tanh(w) + C\"\n", "dw = \"A*x - B*y^2\"\n");
  Rule rule{read(body), {}};
  for (const Parameter& each : rule.space.parameters) {
    rule.values.push_back(each.fixed.value_or(*rc::gen::inRange(-50, 50) / 7.0));
  }
  const RuleSpace again = read("dw = \"" + exact_text(rule) + "\"\n");
  RC_ASSERT(again.parameters.empty());
  const Bindings<double> point{{"x", 0.7}, {"y", -1.3}, {"w", 0.4}};
  Bindings<double> all = point;
  for (std::size_t i = 0; i < rule.values.size(); ++i) all[rule.space.parameters[i].name] = rule.values[i];
  RC_ASSERT(std::fabs(evaluate(again.dw, point) - evaluate(rule.space.dw, all)) < 1e-12);
  if (!rule.space.polynomial) return;
  std::vector<double> wanted = coefficients(rule.space, rule.values);
  wanted.erase(std::remove(wanted.begin(), wanted.end(), 0.0), wanted.end());
  RC_ASSERT(coefficients(again, {}) == wanted);
}

TEST(FoundRule, mathml_is_a_complete_element) {
  EXPECT_EQ(formula_mathml(oja({{"theta_110", 1.0}})),
            "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\"><mrow><mi "
            "mathvariant=\"normal\">\u0394</mi><mi>w</mi><mo>=</mo><mrow><mn>0.02</mn><mo>\u2062</mo><mrow><mi>x</mi>"
            "<mo>\u2062</mo><mi>y</mi></mrow></mrow></mrow></math>");
}

/// rule.toml of the rule, read again.
std::vector<Rule> reread(const std::vector<Rule>& rules) {
  const base::Table document = test::read_toml(to_toml(rules), "rule.toml");
  std::vector<Rule> result;
  base::Diagnostics diagnostics;
  for (const base::Entry& entry : document.find("rule")->as<base::Table>()->entries) {
    auto space = read_rule_space(entry.key, *entry.value.as<base::Table>(), entry.value.span, diagnostics);
    EXPECT_TRUE(space) << diagnostics.render() << to_toml(rules);
    auto rule = space ? fixed_rule(std::move(*space), diagnostics) : std::nullopt;
    EXPECT_TRUE(rule) << diagnostics.render();
    if (rule) result.push_back(std::move(*rule));
  }
  return result;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

std::vector<double> random_numbers(std::size_t count) {
  std::vector<double> numbers;
  for (std::size_t i = 0; i < count; ++i) {
    const double number = *rc::gen::arbitrary<double>();
    const bool usable = std::isfinite(number) && number != 0;
    numbers.push_back(usable && *rc::gen::arbitrary<bool>() ? number : *rc::gen::inRange(-999, 1000) / 7.0 + 1e-9);
  }
  return numbers;
}

RC_GTEST_PROP(RuleToml, gives_a_polynomial_back_to_the_bit, ()) {
  Rule rule{read("family = \"polynomial\"\ndegree = { x = 1, y = 2, w = 3 }\neta = 0.1\nterms = { \"x*y\" = 0 }\n"),
            {}};
  rule.values = random_numbers(rule.space.parameters.size());
  rule.values[0] = std::fabs(rule.values[0]);  // eta
  for (std::size_t i = 0; i < rule.values.size(); ++i) {
    if (rule.space.parameters[i].fixed == 0.0) rule.values[i] = 0;
  }
  const std::vector<Rule> again = reread({rule});
  RC_ASSERT(again.size() == 1U);
  RC_ASSERT(again[0].space.name == "feedforward");
  RC_ASSERT(same_bits(again[0].values, rule.values));
  RC_ASSERT(again[0].space.dw == rule.space.dw);
  RC_ASSERT(same_bits(coefficients(again[0].space, again[0].values), coefficients(rule.space, rule.values)));
  RC_ASSERT(to_toml(again) == to_toml(std::vector{rule}));
}

RC_GTEST_PROP(RuleToml, gives_a_rule_in_text_back_to_the_bit, ()) {
  Rule rule{read("dw = \"\"\"eta*(A*tanh(x*y) +\n B*abs(y)^C*w)\"\"\"\n"
                 "eta = 0.5\n",
                 "I->E \"fast\""),
            {}};
  rule.values = random_numbers(rule.space.parameters.size());
  const std::vector<Rule> again = reread({rule});
  RC_ASSERT(again.size() == 1U);
  RC_ASSERT(again[0].space.name == "I->E \"fast\"");
  RC_ASSERT(same_bits(again[0].values, rule.values));
  RC_ASSERT(again[0].space.dw == rule.space.dw);
}

TEST(RuleToml, is_readable) {
  const Rule first = oja({{"theta_110", 0.43}, {"theta_021", -0.4257}, {"theta_100", 0.00086}});
  Rule second = rule_of("dw = \"eta*(A*tanh(x*y) - w)\"\neta = 0.02\n", {{"A", 0.125}});
  second.space.name = "lateral";
  test::expect_golden("rule.toml", to_toml(std::vector{first, second}));
}

TEST(RuleToml, a_space_is_not_a_rule) {
  base::Diagnostics diagnostics;
  EXPECT_FALSE(fixed_rule(read("dw = \"A*x*y - B*w\"\nA = 1\n"), diagnostics));
  EXPECT_THAT(diagnostics.render(), testing::HasSubstr("error: 'B' has no fixed value"));
}

}  // namespace
}  // namespace carve::rule
