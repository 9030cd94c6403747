// Rules that are no polynomials: the interpreter gives the bits of a plain loop over the evaluator.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fmt/format.h>

#include "carve/base/denormals.hpp"
#include "carve/base/scalar_math.hpp"
#include "carve/network/test_support.hpp"
#include "carve/rule/evaluate.hpp"
#include "carve/rule/print.hpp"
#include "carve/rule/test_support.hpp"

namespace carve::network {
namespace {

using test::Lifetime;
using test::simulate;
using test::space_of;

/// What the interpreter promises: y by fused multiply-adds in the order of the synapses, dw by the evaluator, w + dw.
template <class T>
std::vector<T> plain(const Lifetime& life, const rule::RuleSpace& space, const std::vector<double>& values) {
  const base::FlushDenormals flush;  // as the simulator's workers do
  const auto inputs = static_cast<std::size_t>(life.network.inputs);
  const bool batched = life.network.update == Update::batch_mean;
  const auto batch = static_cast<std::size_t>(life.network.batch);
  std::vector<T> weights(life.weights.begin(), life.weights.end());
  rule::Bindings<T> names;
  for (std::size_t i = 0; i < values.size(); ++i) names[space.parameters[i].name] = static_cast<T>(values[i]);
  for (std::size_t output = 0; output < static_cast<std::size_t>(life.network.outputs); ++output) {
    T* const w = weights.data() + output * inputs;
    std::vector<T> changes(inputs, T(0));
    for (std::size_t step = 0; step < life.steps(); ++step) {
      std::vector<T> x(inputs);
      for (std::size_t j = 0; j < inputs; ++j) x[j] = static_cast<T>(life.inputs[step * inputs + j]);
      T y = 0;
      for (std::size_t j = 0; j < inputs; ++j) y = base::fma(w[j], x[j], y);
      names["y"] = y;
      for (std::size_t j = 0; j < inputs; ++j) {
        names["x"] = x[j];
        names["w"] = w[j];
        const T dw = rule::evaluate<T>(space.dw, names);
        if (batched) changes[j] = changes[j] + dw;
        else w[j] = w[j] + dw;
      }
      if (!batched || (step + 1) % batch != 0) continue;
      for (std::size_t j = 0; j < inputs; ++j) w[j] = base::fma(changes[j], T(1) / static_cast<T>(batch), w[j]);
      changes.assign(inputs, T(0));
    }
  }
  return weights;
}

template <class T>
void interpreter_gives_the_evaluators_bits(const std::string& text) {
  RC_LOG() << text << "\n";
  const rule::RuleSpace space = space_of(text);
  Lifetime life{.network = {.inputs = *rc::gen::inRange(1, 20), .outputs = *rc::gen::inRange(1, 3)}};
  if (*rc::gen::arbitrary<bool>()) life.network.update = Update::batch_mean;
  life.network.batch = *rc::gen::inRange(1, 4);
  const auto steps = static_cast<std::size_t>(*rc::gen::inRange(1, 6));
  const auto seed = *rc::gen::inRange<std::uint32_t>(0, 1000);
  life.inputs = test::uniform(static_cast<std::size_t>(life.network.inputs) * steps, 2, seed);
  life.weights = test::uniform(life.network.weight_count(), 1, seed + 1);
  const auto count = static_cast<std::size_t>(*rc::gen::inRange(1, 40));
  std::vector<std::vector<double>> candidates;
  for (std::size_t i = 0; i < count; ++i) {
    candidates.push_back(test::uniform(space.parameters.size(), 3, seed + 2 + static_cast<std::uint32_t>(i)));
  }
  RC_ASSERT((!CompiledRule<T>(space, true).polynomial()));
  const test::KeepIsa keep;
  for (const base::Isa isa : test::isas()) {
    base::force_isa(isa);
    const auto found = simulate<T>(life, {space}, candidates);
    RC_CLASSIFY(std::isfinite(found[0][0]), "finite");
    for (const std::size_t i : {std::size_t{0}, count - 1})
      RC_ASSERT(test::same_bits(found[i], plain<T>(life, space, candidates[i])));
  }
}

/// Any formula, with a part added that no polynomial has.
std::string random_rule() {
  const rule::Expression any = rule::test::random_expression(5, {"x", "y", "w", "A", "B"});
  return fmt::format("A*abs(w) + ({})", rule::print(any));
}

/// The formula as a rule, or nothing where it holds a power that might be not-a-number, which carve refuses.
bool accepted(const std::string& text) {
  try {
    return !space_of(text).variables.empty();
  } catch (const std::runtime_error&) {
    return false;
  }
}

template <class T>
void any_formula() {
  const std::string text = random_rule();
  RC_PRE(accepted(text));
  interpreter_gives_the_evaluators_bits<T>(text);
}

RC_GTEST_PROP(RateProgram, gives_the_evaluators_bits_in_float, ()) { any_formula<float>(); }
RC_GTEST_PROP(RateProgram, gives_the_evaluators_bits_in_double, ()) { any_formula<double>(); }

// Each operation where it is reached with tame numbers, at each level: candidate (A), step (y), synapse (x, w).
RC_GTEST_PROP(RateProgram, gives_the_evaluators_bits_for_each_operation, ()) {
  const auto name = [] { return *rc::gen::element<std::string>("x", "y", "w", "A", "B", "0.3"); };
  const std::string a = name(), b = name(), c = name();
  const std::string operation = *rc::gen::element<std::string>(
      "-({0})", "{0} + {1}", "{0} - {1}", "{0}*{1}", "{0}/({1})", "exp({0})", "log(abs({0}))", "tanh({0})",
      "sqrt(abs({0}))", "abs({0})", "min({0}, {1})", "max({0}, {1})", "({0} < {1})", "({0} <= {1})", "({0} > {1})",
      "({0} >= {1})", "({0} == {1})", "({0} != {1})");
  const std::string inner = fmt::format(fmt::runtime(operation), a, b);
  interpreter_gives_the_evaluators_bits<float>(fmt::format("0.1*abs(x)*({}) + 0.01*tanh(y)*{}", inner, c));
}

TEST(RateProgram, a_polynomial_that_is_interpreted_agrees_with_its_kernel) {
  const Lifetime life{.network = {.inputs = 12, .outputs = 2},
                      .inputs = test::uniform(12 * 50, 1, 1),
                      .weights = test::uniform(24, 0.5, 2)};
  const std::vector<double> values{0.02};
  const auto kernel = simulate<double>(life, {space_of("A*(x*y - y^2*w)")}, std::span(&values, 1));
  const auto interpreter = simulate<double>(life, {space_of("A*(x*y - y^2*w)*(x == x)")}, std::span(&values, 1));
  for (std::size_t i = 0; i < kernel[0].size(); ++i) EXPECT_NEAR(kernel[0][i], interpreter[0][i], 1e-13);
}

}  // namespace
}  // namespace carve::network
