// Printing: text reads back as the same tree; LaTeX and MathML look as written by hand.
#include <gtest/gtest.h>

#include "carve/rule/evaluate.hpp"
#include "carve/rule/print.hpp"
#include "carve/rule/substitute.hpp"
#include "carve/rule/test_support.hpp"

namespace carve::rule {
namespace {

using test::formula;

const std::vector<std::string> all_names{"x", "y", "w", "tau_pre", "A1"};

RC_GTEST_PROP(Print, text_reads_back_as_the_same_tree, ()) {
  const Expression e = test::random_expression(7, all_names);
  RC_ASSERT(formula(print(e)) == e);
}

RC_GTEST_PROP(Print, numbers_keep_every_bit, ()) {
  const Expression number = Expression::number(test::random_number());
  RC_ASSERT(formula(print(number)).value() == number.value());
}

RC_GTEST_PROP(Substitute, tidy_keeps_values_to_the_bit, ()) {
  const Expression e = test::random_expression(6, all_names);
  Bindings<double> values;
  for (const std::string& name : all_names) values[name] = *rc::gen::inRange(-1000, 1000) / 256.0;
  const double before = evaluate(e, values), after = evaluate(tidy(e), values);
  RC_ASSERT(before == after || (std::isnan(before) && std::isnan(after)));
}

TEST(Print, uses_no_more_brackets_than_needed) {
  for (const char* text : {"x*y - y^2*w",
                           "-x^2",
                           "(-x)^2",
                           "x^-y",
                           "(x^y)^w",
                           "x^y^w",
                           "x - (y - w)",
                           "x/(y*w)",
                           "x*(y/w)",
                           "-(x*y)",
                           "-x*y",
                           "--x",
                           "(x < y)*w",
                           "x < y + 1",
                           "(x < y) == (y < w)",
                           "exp(-x/tau_pre)",
                           "min(x, y + 1)",
                           "1e-05*x",
                           "x + -2*y",
                           "(x + y)^2"}) {
    EXPECT_EQ(print(formula(text)), text);
  }
}

TEST(Print, latex) {
  const auto shown = [](const char* text) { return latex(formula(text)); };
  EXPECT_EQ(shown("x*y - r*y^2*w"), "x \\, y - r \\, y^{2} \\, w");
  EXPECT_EQ(shown("exp(-x/tau_pre)"), "\\exp\\left( -\\frac{x}{\\tau_{\\mathrm{pre}}} \\right)");
  EXPECT_EQ(shown("theta_110*sqrt(abs(x))"), "\\theta_{110} \\, \\sqrt{\\left| x \\right|}");
  EXPECT_EQ(shown("(x + y)^2*(x >= 0)"), "\\left( x + y \\right)^{2} \\, \\left( x \\ge 0 \\right)");
  EXPECT_EQ(shown("1.2e-7*x*3"), "1.2 \\times 10^{-7} \\, x \\, \\left( 3 \\right)");
  EXPECT_EQ(shown("w0 + my_long_name"), "w_{0} + \\mathrm{my}_{\\mathrm{long\\_name}}");
  EXPECT_EQ(shown("x + -2*y"), "x - 2 \\, y");
}

TEST(Print, mathml) {
  const auto shown = [](const char* text) { return mathml(formula(text)); };
  EXPECT_EQ(shown("x/y"), "<mfrac><mi>x</mi><mi>y</mi></mfrac>");
  EXPECT_EQ(shown("-x^2"), "<mrow><mo>\u2212</mo><msup><mi>x</mi><mn>2</mn></msup></mrow>");
  EXPECT_EQ(shown("theta_110*w"), "<mrow><msub><mi>\u03B8</mi><mn>110</mn></msub><mo>\u2062</mo><mi>w</mi></mrow>");
  EXPECT_EQ(shown("x < 1"), "<mrow><mi>x</mi><mo>&lt;</mo><mn>1</mn></mrow>");
  EXPECT_EQ(shown("sqrt(abs(x))"), "<msqrt><mrow><mo>|</mo><mi>x</mi><mo>|</mo></mrow></msqrt>");
}

TEST(Print, rounds_numbers_for_people) {
  EXPECT_EQ(round_number(0.0086123, 2), "0.0086");
  EXPECT_EQ(round_number(-1.0, 3), "-1");
  EXPECT_EQ(round_number(0.99951, 3), "1");
  EXPECT_EQ(latex_number("1.2e-07"), "1.2 \\times 10^{-7}");
  EXPECT_EQ(mathml_number("-2e+10"),
            "<mrow><mo>\u2212</mo><mrow><mn>2</mn><mo>\u00D7</mo><msup><mn>10</mn><mrow><mn>10</mn></mrow></msup>"
            "</mrow></mrow>");
}

TEST(Substitute, replaces_names_everywhere) {
  EXPECT_EQ(substitute(formula("a*x + exp(a)"), {{"a", formula("y + 1")}}), formula("(y + 1)*x + exp(y + 1)"));
}

}  // namespace
}  // namespace carve::rule
