// The normal form: same values as the formula, coefficients free of the variables, refusal of what is no polynomial.
#include <cmath>

#include <gtest/gtest.h>

#include "carve/rule/evaluate.hpp"
#include "carve/rule/polynomial.hpp"
#include "carve/rule/print.hpp"
#include "carve/rule/test_support.hpp"

namespace carve::rule {
namespace {

using test::formula;

const std::vector<std::string> variables{"x", "y", "w"};

std::string shown(std::string_view text) {
  const auto polynomial = normal_form(formula(text), variables);
  return polynomial ? print(to_expression(*polynomial)) : "none";
}

/// The formula's value when every operation is replaced by one that cannot cancel: how large rounding errors may get.
double magnitude(const Expression& e, const Bindings<double>& values) {
  const auto inner = [&](std::size_t i) { return magnitude(e.operand(i), values); };
  switch (e.operation()) {
    case Operation::negate: return inner(0);
    case Operation::add:
    case Operation::subtract: return inner(0) + inner(1);
    case Operation::multiply: return inner(0) * inner(1);
    case Operation::power: return std::pow(inner(0), e.operand(1).value());
    case Operation::divide: return inner(0) / std::fabs(evaluate(e.operand(1), values));
    default: return std::fabs(evaluate(e, values));
  }
}

RC_GTEST_PROP(Polynomial, has_the_value_of_the_formula, ()) {
  const Expression e = test::random_polynomial(6);
  const auto polynomial = normal_form(e, variables);
  RC_PRE(polynomial.has_value());
  Bindings<double> values;
  for (const char* name : {"x", "y", "w", "A", "B"}) values[name] = *rc::gen::inRange(-2000, 2000) / 1000.0;
  double sum = 0;
  for (const auto& [exponents, coefficient] : polynomial->terms) {
    double term = evaluate(coefficient, values);
    for (std::size_t i = 0; i < 3; ++i) term *= std::pow(values[variables[i]], exponents[i]);
    sum += term;
    for (const Expression& name : names(coefficient)) RC_ASSERT(name.name() == "A" || name.name() == "B");
  }
  RC_ASSERT(std::fabs(sum - evaluate(e, values)) <= 1e-12 * magnitude(e, values) + 1e-300);
  RC_ASSERT(std::fabs(evaluate(to_expression(*polynomial), values) - sum) <= 1e-12 * magnitude(e, values) + 1e-300);
}

RC_GTEST_PROP(Polynomial, normal_form_of_a_normal_form_is_itself, ()) {
  const auto once = normal_form(test::random_polynomial(5), variables);
  RC_PRE(once.has_value());
  const auto twice = normal_form(to_expression(*once), variables);
  RC_ASSERT(twice.has_value());
  RC_ASSERT(twice->terms.size() == once->terms.size());
  for (const auto& [exponents, coefficient] : once->terms) RC_ASSERT(twice->terms.at(exponents) == coefficient);
}

TEST(Polynomial, expands) {
  EXPECT_EQ(shown("(x + y)^2"), "y^2 + 2*x*y + x^2");
  EXPECT_EQ(shown("eta*(A*x*y + B*y^2*w)"), "eta*B*y^2*w + eta*A*x*y");
  EXPECT_EQ(shown("(x - y)*(x + y)"), "-1*y^2 + x^2");
  EXPECT_EQ(shown("x*y/tau"), "1/tau*x*y");
  EXPECT_EQ(shown("x*y - y*x"), "0");
  EXPECT_EQ(shown("exp(A)*x + tanh(B)^2"), "tanh(B)^2 + exp(A)*x");
  EXPECT_EQ(shown("A^-1*x^3*w^0"), "A^-1*x^3");
  EXPECT_EQ(shown("0*x + 0"), "0");
  EXPECT_EQ(shown("x/1e308"), "1/1e+308*x");  // 1e-308 would be subnormal
  EXPECT_EQ(shown("1e-300*x/1e300"), "0");
}

TEST(Polynomial, fixes_the_order_of_a_coefficients_operations) {
  const auto polynomial = normal_form(formula("(A*x + B)*(B*x + A)*3"), variables);
  ASSERT_TRUE(polynomial);
  EXPECT_EQ(polynomial->terms.at({1, 0, 0}), formula("(B*B + A*A)*3"));
}

TEST(Polynomial, degrees) {
  EXPECT_EQ(normal_form(formula("x*y^2 + w^3*x"), variables)->degrees(), (Exponents{1, 2, 3}));
  EXPECT_EQ(normal_form(formula("A"), variables)->degrees(), (Exponents{0, 0, 0}));
  EXPECT_EQ(normal_form(formula("0"), variables)->degrees(), (Exponents{0, 0, 0}));
}

TEST(Polynomial, refuses_what_is_none) {
  for (const char* text :
       {"exp(x)", "1/x", "x^y", "x^0.5", "x^A", "x^-1", "abs(x)", "x > 0", "min(x, y)", "A/(x*w)", "x/0"}) {
    EXPECT_EQ(shown(text), "none") << text;
  }
}

TEST(Polynomial, refuses_what_grows_too_large) {
  EXPECT_EQ(shown("(x^40)*(x^40)"), "none");
  EXPECT_EQ(shown("(A + x + y + w + x*y + x*w + y*w)^40"), "none");
  EXPECT_EQ(shown("((((((x + A)^60 + 1)^60 + 1)^60 + 1)^60 + 1)^60 + 1)^60"), "none");
}

TEST(Polynomial, names_its_terms) {
  EXPECT_EQ(term_text({1, 1, 0}, variables), "x*y");
  EXPECT_EQ(term_text({0, 2, 1}, variables), "y^2*w");
  EXPECT_EQ(term_text({0, 0, 0}, variables), "1");
}

}  // namespace
}  // namespace carve::rule
