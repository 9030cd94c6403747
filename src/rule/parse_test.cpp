// The language of formulas: what binds what, where each part stands, and what is said about mistakes.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include "carve/rule/evaluate.hpp"
#include "carve/rule/parse.hpp"
#include "carve/rule/print.hpp"
#include "carve/rule/test_support.hpp"

namespace carve::rule {
namespace {

using test::formula;

const Expression x = Expression::name("x"), y = Expression::name("y"), w = Expression::name("w");
Expression number(double value) { return Expression::number(value); }

std::string error_of(std::string_view text) {
  const auto source = std::make_shared<base::Source>(base::Source{"rule.toml", std::string(text)});
  base::Diagnostics diagnostics;
  const auto expression = parse(text, {source, 0, text.size()}, diagnostics);
  EXPECT_FALSE(expression) << text;
  EXPECT_EQ(diagnostics.size(), 1U) << text;
  return diagnostics.render();
}

TEST(Parse, binds_as_mathematics_does) {
  EXPECT_EQ(formula("x + y*w"), x + y * w);
  EXPECT_EQ(formula("x - y - w"), (x - y) - w);
  EXPECT_EQ(formula("x / y * w"), (x / y) * w);
  EXPECT_EQ(formula("2^3^2"), power(number(2), power(number(3), number(2))));
  EXPECT_EQ(formula("-x^2"), -power(x, number(2)));
  EXPECT_EQ(formula("-x*y"), (-x) * y);
  EXPECT_EQ(formula("x^-2"), power(x, number(-2)));
  EXPECT_EQ(formula("2*-x"), number(2) * -x);
  EXPECT_EQ(formula("x + y < w*2"), Expression::make(Operation::less, {x + y, w * number(2)}));
  EXPECT_EQ(formula("(x < y)*w"), Expression::make(Operation::less, {x, y}) * w);
  EXPECT_EQ(formula("min(x, max(y, 0))"),
            Expression::make(Operation::minimum, {x, Expression::make(Operation::maximum, {y, number(0)})}));
  EXPECT_EQ(formula(" \t\n x\r\n"), x);
}

TEST(Parse, reads_numbers_exactly) {
  EXPECT_EQ(formula("0.1").value(), 0.1);
  EXPECT_EQ(formula(".5").value(), 0.5);
  EXPECT_EQ(formula("2.").value(), 2.0);
  EXPECT_EQ(formula("1.5e-3").value(), 1.5e-3);
  EXPECT_EQ(formula("1E+300").value(), 1e300);
  EXPECT_EQ(formula("1.7976931348623157e308").value(), std::numeric_limits<double>::max());
}

TEST(Parse, every_node_knows_its_place) {
  const Expression e = formula("eta * (x*y - tanh(y)^2)");
  EXPECT_EQ(e.span().text(), "eta * (x*y - tanh(y)^2)");
  EXPECT_EQ(e.operand(0).span().text(), "eta");
  EXPECT_EQ(e.operand(1).span().text(), "x*y - tanh(y)^2");
  EXPECT_EQ(e.operand(1).operand(1).span().text(), "tanh(y)^2");
  EXPECT_EQ(e.operand(1).operand(1).operand(0).operand(0).span().begin, 18U);
}

TEST(Parse, points_at_the_whole_string_where_escapes_hide_the_place) {
  const auto source = std::make_shared<base::Source>(base::Source{"a.toml", "dw = \"x\\u002Ay +\"\n"});
  base::Diagnostics diagnostics;
  EXPECT_FALSE(parse("x*y +", {source, 5, 12}, diagnostics));
  EXPECT_EQ(diagnostics.items()[0].span.begin, 5U);
  EXPECT_EQ(diagnostics.items()[0].span.length, 12U);
}

TEST(Parse, mistakes_are_explained_at_their_place) {
  std::string all;
  for (const char* text : {"",
                           "   ",
                           "2x",
                           "2 x y",
                           "x y",
                           "3(x + 1)",
                           "(x + 1)(y + 1)",
                           "x**2",
                           "x ^ ",
                           "x +",
                           "*x",
                           "+x",
                           "x + + y",
                           "(x + y",
                           "x + y)",
                           "((x)",
                           "()",
                           "exp",
                           "exp + 1",
                           "exp()",
                           "exp(x, y)",
                           "min(x)",
                           "max(x, y, w)",
                           "exp(x",
                           "min(x, ",
                           "ex(x)",
                           "sqr(x)",
                           "x(y + 1)",
                           "pow(x, 2)",
                           "sin(x)",
                           "sigmoid(x)",
                           "x, y",
                           "0,5*x",
                           "x = y",
                           "x && y",
                           "|x|",
                           "x < y < w",
                           "1e999",
                           "1e-999",
                           "1e-310",
                           "x * \u03B8",
                           "x\u00B7y",
                           "x \u2212 y",
                           "x\u00B2",
                           "x ! y",
                           "[x]",
                           "x # y",
                           "1.2.3",
                           "2e",
                           "x $ y",
                           "a = 1; b = 2",
                           "if x > 0",
                           "x > 0 and y > 0",
                           "x > 0 ? 1 : 2"}) {
    all += fmt::format("--- {}\n{}", text, error_of(text));
  }
  test::expect_golden("parse_errors.txt", all);
}

TEST(Parse, names_bytes_that_cannot_be_shown) {
  EXPECT_THAT(error_of("x\x01y"), testing::HasSubstr("1:2: error: unexpected byte 0x01"));
  EXPECT_THAT(error_of("\xFF"), testing::HasSubstr("1:1: error: unexpected byte 0xFF"));
  EXPECT_THAT(error_of(std::string_view("\0x", 2)), testing::HasSubstr("1:1: error: unexpected byte 0x00"));
}

TEST(Parse, limits_stop_hostile_text) {
  const auto repeat = [](std::string_view piece, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += piece;
    return text;
  };
  EXPECT_THAT(error_of(repeat("(", 30000)), testing::HasSubstr("nested too deeply"));
  EXPECT_THAT(error_of(repeat("-", 30000) + "x"), testing::HasSubstr("nested too deeply"));
  EXPECT_THAT(error_of(repeat("x^", 30000) + "x"), testing::HasSubstr("nested too deeply"));
  EXPECT_THAT(error_of(repeat("exp(", 10000)), testing::HasSubstr("nested too deeply"));
  EXPECT_THAT(error_of(repeat("x+", 30000) + "x"), testing::HasSubstr("more than 4000 operations in a row"));
  EXPECT_THAT(error_of(repeat("x", 70000)), testing::HasSubstr("the formula is too long: 70000 bytes"));
  const Expression deep = formula(repeat("(", 150) + "x" + repeat(")", 150));
  EXPECT_EQ(deep, x);
  const Expression longest = formula(repeat("x+", 3998) + "x");
  EXPECT_EQ(evaluate<double>(longest, {{"x", 1.0}}), 3999.0);
  EXPECT_EQ(formula(print(longest)), longest);
}

TEST(Expression, lists_its_names_once_in_reading_order) {
  std::vector<std::string> found;
  for (const Expression& each : names(formula("b*x + a*b - exp(x)*c"))) found.push_back(each.name());
  EXPECT_EQ(found, (std::vector<std::string>{"b", "x", "a", "c"}));
}

TEST(Expression, equality_is_of_trees_and_bits) {
  EXPECT_EQ(formula("x+y*2"), formula("( x + y * 2.0 )"));
  EXPECT_FALSE(formula("x + y") == formula("y + x"));
  EXPECT_FALSE(number(0.1) == number(0.1000000000000001));
  EXPECT_EQ(number(-2), -number(2));
  EXPECT_FALSE(number(0) == number(-0.0));
  EXPECT_EQ(number(1e-310), number(0));
}

// What nobody wrote on purpose must still end in a formula or in one message.
RC_GTEST_PROP(Parse, any_text_is_a_formula_or_one_mistake, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("x", "y", "2", ".5", "1e3", "+", "-", "*", "/", "^", "(", ")", ",", "exp", "min",
                                    "max(", "<", "==", " ", "=", "\xC3"));
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  base::Diagnostics diagnostics;
  const auto source = std::make_shared<base::Source>(base::Source{"test", text});
  const auto expression = parse(text, {source, 0, text.size()}, diagnostics);
  RC_ASSERT(diagnostics.size() == (expression ? 0U : 1U));
  for (const auto& each : diagnostics.items()) RC_ASSERT(each.span.begin + each.span.length <= text.size());
  if (expression) RC_ASSERT(formula(print(*expression)) == *expression);
}

}  // namespace
}  // namespace carve::rule
