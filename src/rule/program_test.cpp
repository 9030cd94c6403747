// Evaluation and programs: the meaning of each operation, and that compiled code gives the same bits.
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "carve/base/denormals.hpp"
#include "carve/base/scalar_math.hpp"
#include "carve/rule/evaluate.hpp"
#include "carve/rule/print.hpp"
#include "carve/rule/program.hpp"
#include "carve/rule/test_support.hpp"

namespace carve::rule {
namespace {

using test::formula;

const std::vector<Input> rule_inputs{
    {"A", Level::candidate}, {"B", Level::candidate}, {"x", Level::synapse}, {"y", Level::step}, {"w", Level::synapse}};
const std::vector<std::string> rule_names{"A", "B", "x", "y", "w"};

template <class Real>
bool same(Real a, Real b) {
  using Bits = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
  return std::bit_cast<Bits>(a) == std::bit_cast<Bits>(b) || (std::isnan(a) && std::isnan(b));
}

template <class Real>
std::vector<Real> random_values() {
  std::vector<Real> values;
  for (std::size_t i = 0; i < rule_names.size(); ++i) {
    const int kind = *rc::gen::inRange(0, 10);
    if (kind == 0) values.push_back(static_cast<Real>(*rc::gen::arbitrary<double>()));
    else if (kind == 1 && *rc::gen::arbitrary<bool>()) values.push_back(std::numeric_limits<Real>::min() / Real(8));
    else if (kind == 1)
      values.push_back(*rc::gen::element<Real>(0, Real(-0.0), 1, std::numeric_limits<Real>::infinity()));
    else values.push_back(static_cast<Real>(*rc::gen::inRange(-100000, 100000)) / Real(30000));
  }
  return values;
}

template <class Real>
void program_equals_evaluator(bool flush) {
  std::vector<Expression> formulas;
  const int count = *rc::gen::element(1, 2, 3);
  for (int i = 0; i < count; ++i) formulas.push_back(test::random_expression(7, rule_names));
  if (count > 1) formulas.back() = formulas[0] * formulas[0] + formulas.back();  // shared parts
  const Program<Real> program = compile<Real>(formulas, rule_inputs);
  const auto flushing =
      flush ? std::make_unique<base::FlushDenormals>() : nullptr;  // compiled before: as a worker runs
  std::vector<Real> registers;                                     // left dirty between runs on purpose
  for (int trial = 0; trial < 3; ++trial) {
    const std::vector<Real> values = random_values<Real>();
    Bindings<Real> bindings;
    for (std::size_t i = 0; i < values.size(); ++i) bindings[rule_names[i]] = values[i];
    std::vector<Real> results(formulas.size());
    run<Real>(program, values, registers, results);
    for (std::size_t i = 0; i < formulas.size(); ++i) {
      RC_LOG() << print(formulas[i]) << " at " << fmt::format("{}", fmt::join(values, " ")) << "\n";
      RC_ASSERT(same(results[i], evaluate<Real>(formulas[i], bindings)));
    }
  }
}

RC_GTEST_PROP(Program, gives_the_evaluators_bits_in_float, ()) { program_equals_evaluator<float>(false); }
RC_GTEST_PROP(Program, gives_the_evaluators_bits_in_double, ()) { program_equals_evaluator<double>(false); }
RC_GTEST_PROP(Program, gives_the_same_bits_in_float_where_workers_flush_denormals, ()) {
  program_equals_evaluator<float>(true);
}
RC_GTEST_PROP(Program, gives_the_same_bits_in_double_where_workers_flush_denormals, ()) {
  program_equals_evaluator<double>(true);
}

// A level may run as often as its values change only if faster levels leave its registers alone and slower levels
// do not read what faster ones write.
RC_GTEST_PROP(Program, levels_do_not_touch_each_other, ()) {
  const Expression e = test::random_expression(7, rule_names);
  const Program<double> program = compile<double>(e, rule_inputs);
  for (std::size_t level = 0; level < levels; ++level) {
    const std::uint32_t first = program.first_temporary(static_cast<Level>(level));
    const std::uint32_t end = first + program.temporaries[level];
    for (const Instruction& each : program.instructions[level]) {
      RC_ASSERT(each.destination >= first && each.destination < end);
      for (const std::uint32_t operand : {each.a, each.b}) {
        RC_ASSERT(operand < end);
        const bool input = operand >= program.first_input() && operand < program.first_input() + program.input_count;
        if (input) RC_ASSERT(static_cast<std::size_t>(rule_inputs[operand - program.first_input()].level) <= level);
      }
    }
  }
}

TEST(Evaluate, each_operation_means_what_it_says) {
  const auto value = [](const char* text) { return evaluate<double>(formula(text), {{"x", 3.0}, {"y", -2.0}}); };
  EXPECT_EQ(value("x + y*2"), -1);
  EXPECT_EQ(value("x^2"), 9);
  EXPECT_EQ(value("y^3"), -8);
  EXPECT_EQ(value("y^-2"), 0.25);
  EXPECT_EQ(value("y^0"), 1);
  EXPECT_EQ(value("-x^2"), -9);
  EXPECT_NEAR(value("2^3^2"), 512, 1e-11);  // the exponent is no literal: exp(3^2 * log 2)
  EXPECT_EQ(value("min(x, y)"), -2);
  EXPECT_EQ(value("max(x, y)"), 3);
  EXPECT_EQ(value("abs(y)"), 2);
  EXPECT_EQ(value("sqrt(x + 1)"), 2);
  EXPECT_EQ(value("(x > y) + (x >= 3) + (x < y) + (x <= 3) + (x == 3) + (x != 3)"), 4);
  EXPECT_NEAR(value("exp(log(x))"), 3, 1e-15);
  EXPECT_NEAR(value("x^0.5"), std::sqrt(3.0), 1e-15);
  EXPECT_NEAR(value("tanh(x)"), std::tanh(3.0), 1e-15);
  EXPECT_TRUE(std::isnan(value("y^0.5")));
  EXPECT_TRUE(std::isnan(value("nobody")));
}

TEST(Evaluate, minimum_and_maximum_take_the_second_where_one_is_no_number) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(evaluate<double>(formula("min(x, y)"), {{"x", nan}, {"y", 1.0}}), 1);
  EXPECT_TRUE(std::isnan(evaluate<double>(formula("max(x, y)"), {{"x", 1.0}, {"y", nan}})));
}

TEST(Evaluate, whole_powers_are_the_documented_products) {
  const double x = 1.1;
  const auto value = [&](const char* text) { return evaluate<double>(formula(text), {{"x", x}}); };
  EXPECT_EQ(value("x^2"), x * x);
  EXPECT_EQ(value("x^3"), (x * x) * x);
  EXPECT_EQ(value("x^5"), ((x * x) * (x * x)) * x);
  EXPECT_EQ(value("x^6"), ((x * x) * x) * ((x * x) * x));
  EXPECT_EQ(value("x^-3"), 1 / ((x * x) * x));
}

TEST(Evaluate, float_rounds_numbers_first_and_stays_in_float) {
  EXPECT_EQ(evaluate<float>(formula("0.1 + 0.2"), {}), 0.1F + 0.2F);
  EXPECT_EQ(evaluate<float>(formula("x^2.5"), {{"x", 1.7F}}), base::exp(2.5F * base::log(1.7F)));
}

TEST(Program, hoists_what_does_not_change) {
  const auto program = compile<float>(formula("exp(A)*y^2*(x + A*B*w)"), rule_inputs);
  EXPECT_EQ(program.instructions[0].size(), 2U);  // exp(A), A*B
  EXPECT_EQ(program.instructions[1].size(), 2U);  // y*y, exp(A)*y^2
  EXPECT_EQ(program.instructions[2].size(), 3U);
  EXPECT_EQ(program.temporaries[2], 1U);
}

TEST(Program, shares_common_parts) {
  const auto program = compile<float>(formula("(x + w)^3 + (w + x)^2"), rule_inputs);
  EXPECT_EQ(program.instructions[2].size(), 4U);  // x+w, squared, times, sum
}

TEST(Program, reuses_registers) {
  std::string text = "x";
  for (int i = 0; i < 40; ++i) text = fmt::format("tanh({} + w)*x", text);
  const auto program = compile<float>(formula(text), rule_inputs);
  EXPECT_EQ(program.instructions[2].size(), 120U);
  EXPECT_EQ(program.temporaries[2], 1U);
}

TEST(Program, folds_constants_in_its_own_precision) {
  const auto program = compile<float>(formula("(0.1 + 0.2)*x"), rule_inputs);
  ASSERT_EQ(program.constants.size(), 1U);
  EXPECT_EQ(program.constants[0], 0.1F + 0.2F);
  EXPECT_EQ(program.instructions[2].size(), 1U);
}

TEST(Program, folds_nothing_that_could_change_a_bit) {
  EXPECT_EQ(compile<double>(formula("x + 0"), rule_inputs).instructions[2].size(), 1U);       // -0 + 0 is 0
  EXPECT_EQ(compile<double>(formula("0*x"), rule_inputs).instructions[2].size(), 1U);         // infinity, sign
  EXPECT_EQ(compile<double>(formula("3e-308*0.1"), rule_inputs).instructions[0].size(), 1U);  // flushed at run time
  EXPECT_EQ(compile<double>(formula("1*x/1"), rule_inputs).instructions[2].size(), 2U);       // a subnormal x
  EXPECT_EQ(compile<double>(formula("--x"), rule_inputs).instructions[2].size(), 0U);         // nothing but the sign
  EXPECT_EQ(compile<double>(formula("x^1"), rule_inputs).results[0], 2U);
}

}  // namespace
}  // namespace carve::rule
