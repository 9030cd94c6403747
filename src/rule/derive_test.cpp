// Derivatives: the slope of the formula's values, small, and finite at kinks.
#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fmt/format.h>

#include "carve/rule/derive.hpp"
#include "carve/rule/evaluate.hpp"
#include "carve/rule/polynomial.hpp"
#include "carve/rule/print.hpp"
#include "carve/rule/rule_derivatives.hpp"
#include "carve/rule/test_support.hpp"

namespace carve::rule {
namespace {

using test::formula;

/// (f(x + h) - f(x - h)) / 2h, and how far it can be trusted: by a second step size and by the size of rounding errors.
struct Slope {
  double value = 0;
  double error = 0;
};

Slope slope(const Expression& e, Bindings<double> values, const std::string& name) {
  const double at = values[name];
  double size = 0;
  const auto moved = [&](double by) {
    values[name] = at + by;
    const double value = evaluate(e, values);
    size = std::max(size, std::fabs(value));
    return value;
  };
  const auto central = [&](double h) {
    const double above = moved(h);
    return (above - moved(-h)) / (2 * h);
  };
  constexpr double step = 1e-4;
  const double coarse = central(2 * step);
  const double fine = central(step);
  const double middle = moved(0);
  const double bend = std::fabs((moved(step) - middle) / step - (middle - moved(-step)) / step);
  const bool kink = bend > 0.02 * std::fmax(1, std::fabs(fine));  // at the very point
  return {(4 * fine - coarse) / 3, kink ? HUGE_VAL : std::fabs(fine - coarse) + 1e-13 * size / step};
}

RC_GTEST_PROP(Derivative, is_the_slope_of_the_formula, ()) {
  const std::vector<std::string> all{"x", "y", "w"};
  const Expression e = test::random_expression(*rc::gen::inRange(2, 6), all);
  const std::string name = *rc::gen::elementOf(all);
  Bindings<double> values;
  for (const std::string& each : all) values[each] = *rc::gen::inRange(-2000, 2000) / 997.0;
  const Slope expected = slope(e, values, name);
  // A kink, a jump or a pole between the points shows as steps that disagree; rounding errors inside do as well.
  RC_PRE(std::isfinite(expected.value) && expected.error <= 1e-5 * std::fmax(1, std::fabs(expected.value)));
  const Expression derived = derivative(e, name);
  const double found = evaluate(derived, values);
  RC_LOG() << print(e) << "\nd/d" << name << ": " << print(derived) << "\n";
  RC_CLASSIFY(found != 0, "not zero");
  RC_PRE(std::isfinite(found));  // not so where a part without a value plays no role, as in min(x^x, x) for x < 0
  RC_ASSERT(std::fabs(found - expected.value) <= expected.error + 1e-5 * std::fabs(expected.value) + 1e-9);
}

/// Each operation on each other: none is forgotten however random formulas fall.
RC_GTEST_PROP(Derivative, is_right_for_each_operation, ()) {
  const auto operation = [](const std::string& a, const std::string& b) {
    return fmt::format(fmt::runtime(*rc::gen::element<std::string>(
                           "-({0})", "{0} + {1}", "{0} - {1}", "({0})*({1})", "({0})/({1})", "exp(tanh({0}))",
                           "log(abs({0}))", "tanh({0})", "sqrt(abs({0}))", "abs({0})", "min({0}, {1})", "max({0}, {1})",
                           "({0})^2", "({0})^3", "({0})^-1", "(({0})/3)^-64", "(({0})/3)^64", "abs({0})^1.5",
                           "abs({0})^({1})", "(({0}) < ({1}))*x", "(({0}) >= ({1}))*x")),
                       a, b);
  };
  std::string inner = operation("x", "y");
  const std::string text = *rc::gen::arbitrary<bool>() ? operation(inner, "y") : operation("y", inner);
  const Expression e = formula(text);
  Bindings<double> values;
  const auto draw = [] { return (*rc::gen::arbitrary<bool>() ? 1 : -1) * *rc::gen::inRange(500, 1500) / 1001.0; };
  values["x"] = draw();
  values["y"] = draw();
  const Slope expected = slope(e, values, "x");
  RC_PRE(std::isfinite(expected.value) && expected.error <= 1e-5 * std::fmax(1, std::fabs(expected.value)));
  RC_LOG() << text << "\n" << print(derivative(e, "x")) << "\n";
  const double found = evaluate(derivative(e, "x"), values);
  RC_CLASSIFY(found != 0, "not zero");
  RC_ASSERT(std::fabs(found - expected.value) <= expected.error + 1e-7 * std::fabs(expected.value) + 1e-9);
}

RC_GTEST_PROP(Derivative, of_a_polynomial_has_the_derivatives_of_its_terms, ()) {
  const std::vector<std::string> variables{"x", "y", "w"};
  const Expression e = test::random_polynomial(5);
  const auto whole = normal_form(e, variables);
  RC_PRE(whole.has_value());
  const auto derived = normal_form(derivative(e, "w"), variables);
  RC_ASSERT(derived.has_value());
  const Bindings<double> at{{"A", 0.875}, {"B", -1.25}};
  std::map<Exponents, double> rest;
  double size = 0;
  for (const auto& [exponents, coefficient] : derived->terms) rest[exponents] += evaluate(coefficient, at);
  for (const auto& [exponents, coefficient] : whole->terms) {
    if (exponents[2] == 0) continue;
    const double value = exponents[2] * evaluate(coefficient, at);
    size = std::fmax(size, std::fabs(value));
    rest[{exponents[0], exponents[1], exponents[2] - 1}] -= value;
  }
  for (const auto& [exponents, difference] : rest) RC_ASSERT(std::fabs(difference) <= 1e-9 * (1 + size));
}

std::string shown(const char* text, const char* name) { return print(derivative(formula(text), name)); }

TEST(Derivative, stays_small) {
  EXPECT_EQ(shown("A*x*y + B*y^2*w", "A"), "x*y");
  EXPECT_EQ(shown("A*x*y + B*y^2*w", "w"), "B*y^2");
  EXPECT_EQ(shown("eta*(A*x*y + B*y^2*w)", "B"), "eta*(y^2*w)");
  EXPECT_EQ(shown("eta*(A*x*y + B*y^2*w)", "y"), "eta*(A*x + B*(2*y)*w)");
  EXPECT_EQ(shown("3*x + x - (2 - x)", "x"), "5");
  EXPECT_EQ(shown("-(x*y)", "x"), "-y");
  EXPECT_EQ(shown("x/tau", "x"), "1/tau");
  EXPECT_EQ(shown("x^3*y", "x"), "3*x^2*y");
  EXPECT_EQ(shown("exp(A)*tanh(B)", "x"), "0");
  EXPECT_EQ(shown("x > y", "x"), "0");
  EXPECT_EQ(shown("min(x, 2)", "x"), "x < 2");
  EXPECT_EQ(shown("exp(2*x)", "x"), "exp(2*x)*2");
}

TEST(Derivative, is_finite_at_kinks) {
  const auto at_zero = [](const char* text) {
    return evaluate<double>(derivative(formula(text), "x"), {{"x", 0.0}, {"p", 0.5}});
  };
  EXPECT_EQ(at_zero("abs(x)"), 0);
  EXPECT_EQ(at_zero("sqrt(x)"), 0);
  EXPECT_EQ(at_zero("sqrt(max(x, 0))"), 0);
  EXPECT_EQ(at_zero("abs(x)^0.5"), 0);
  EXPECT_EQ(at_zero("abs(x)^1.5"), 0);
  EXPECT_EQ(at_zero("x^p"), 0);
  EXPECT_EQ(at_zero("max(log(x), -3)"), 0);
  EXPECT_EQ(at_zero("min(3*x, 2*x)"), 2);
  EXPECT_EQ(at_zero("max(3*x, 2*x)"), 2);
  EXPECT_EQ(evaluate<double>(derivative(formula("abs(x)^p"), "p"), {{"x", 0.0}, {"p", 0.5}}), 0);
}

RuleSpace space_of(const std::string& toml) {
  base::Diagnostics diagnostics;
  auto space = read_rule_space("test", test::read_toml(toml), {}, diagnostics);
  EXPECT_TRUE(space) << diagnostics.render();
  return space ? std::move(*space) : RuleSpace{};
}

const char* const some_space = R"toml(
dw = "eta*(A*x*y + exp(B)*y^2*w + A*B*w + F*x)"
eta = { init = 0.5, scale = "log", lower = 1e-3, upper = 10 }
A = { init = 2 }
B = { init = -0.5 }
F = 3
)toml";

TEST(RuleDerivatives, are_in_the_order_of_variables_and_searched_parameters) {
  const RuleSpace space = space_of(some_space);
  const RuleDerivatives found = derivatives(space);
  const double eta = 0.5, a = 2, b = -0.5, x = 0.7, y = -1.1, w = 0.3, e = std::exp(b);
  const Bindings<double> values{{"eta", eta}, {"A", a}, {"B", b}, {"F", 3}, {"x", x}, {"y", y}, {"w", w}};
  const auto expect = [&](const std::vector<Expression>& formulas, const std::vector<double>& expected) {
    ASSERT_EQ(formulas.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_NEAR(evaluate(formulas[i], values), expected[i], 1e-14) << i;
  };
  expect(found.by_variable, {eta * (a * y + 3), eta * (a * x + 2 * e * y * w), eta * (e * y * y + a * b)});
  expect(found.by_parameter,
         {a * x * y + e * y * y * w + a * b * w + 3 * x, eta * (x * y + b * w), eta * (e * y * y * w + a * w)});
}

TEST(RuleDerivatives, share_their_parts_and_those_of_the_rule) {
  const RuleSpace space = space_of("dw = \"tanh(A*x + B*y*w)\"");
  const RuleDerivatives found = derivatives(space);
  std::vector<Expression> all{space.dw};
  const auto synapse_instructions = [&] {
    return compile<double>(all, inputs(space)).instructions[static_cast<std::size_t>(Level::synapse)].size();
  };
  EXPECT_EQ(synapse_instructions(), 4U);
  all.insert(all.end(), found.by_variable.begin(), found.by_variable.end());
  all.insert(all.end(), found.by_parameter.begin(), found.by_parameter.end());
  EXPECT_EQ(synapse_instructions(), 4U + 2 + 3 + 4);  // t*t, 1 - t*t; a product each for x, w, A; two for y and B
}

TEST(CoefficientDerivatives, lead_from_coefficients_to_parameters) {
  const RuleSpace space = space_of(some_space);
  // Terms in order: w, y^2 w, x, x y.
  const std::vector<double> values{0.5, 2, -0.5, 3};
  const std::vector<double> by_coefficient{1, 10, 100, 1000};
  const double e = std::exp(-0.5);
  const auto found = CoefficientDerivatives(space).pull_back(values, by_coefficient);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_NEAR(found[0], -1 + 10 * e + 300 + 2000, 1e-12);
  EXPECT_NEAR(found[1], 0.5 * -0.5 + 500, 1e-12);
  EXPECT_NEAR(found[2], 0.5 * 2 + 5 * e, 1e-12);
  const auto by_search = search_gradient(RuleSet{{space}}, values, found);
  EXPECT_EQ(by_search, (std::vector<double>{found[0] * 0.5, found[1], found[2]}));
}

}  // namespace
}  // namespace carve::rule
