// Polynomial rules: the kernels do what the equations say, with the same bits however the work is laid out.
#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/network/test_support.hpp"

namespace carve::network {
namespace {

using test::Lifetime;
using test::simulate;
using test::space_of;

/// A sum of a few different terms A_i x^a y^b w^c, powers up to the kernels' largest.
std::string random_polynomial_rule() {
  const int highest = *rc::gen::element(1, 2, 3, largest_rate_degree);
  const int terms = *rc::gen::inRange(1, 9);
  std::string text;
  for (int i = 0; i < terms; ++i) {
    const int a = *rc::gen::inRange(0, highest + 1);
    const int b = *rc::gen::inRange(0, highest + 1);
    const int c = *rc::gen::inRange(0, highest + 1);
    text += fmt::format("{}A{}*x^{}*y^{}*w^{}", i == 0 ? "" : " + ", i, a, b, c);
  }
  return text;
}

Lifetime random_lifetime(std::uint32_t seed) {
  Lifetime life;
  life.network.inputs = *rc::gen::weightedOneOf<int>({{9, rc::gen::inRange(1, 41)}, {1, rc::gen::just(100)}});
  life.network.outputs = *rc::gen::weightedElement<int>({{2, 1}, {1, 2}, {1, 3}, {1, 5}});
  if (life.network.outputs > 1)
    life.network.lateral = *rc::gen::element(Lateral::none, Lateral::hierarchical, Lateral::symmetric);
  if (life.network.lateral != Lateral::symmetric)
    life.network.activation =
        *rc::gen::element(Activation::linear, Activation::linear, Activation::rectified, Activation::tanh);
  if (*rc::gen::inRange(0, 3) == 0) life.network.update = Update::batch_mean;
  life.network.batch = *rc::gen::inRange(1, 6);
  const auto steps = static_cast<std::size_t>(*rc::gen::inRange(1, 25));
  const auto inputs = static_cast<std::size_t>(life.network.inputs);
  life.inputs = test::uniform(inputs * steps, 1, 2 * seed);
  life.weights = test::uniform(life.network.weight_count(), 2 / std::sqrt(static_cast<double>(inputs)), 2 * seed + 1);
  for (std::size_t i = life.network.feedforward_count(); i < life.weights.size(); ++i) life.weights[i] *= 0.1;
  return life;
}

/// Coefficients small enough that the lifetime stays tame.
std::vector<std::vector<double>> random_candidates(const test::Spaces& spaces, std::size_t count, std::uint32_t seed) {
  const std::size_t parameters = rule::RuleSet{spaces}.parameter_count();
  std::vector<std::vector<double>> candidates;
  for (std::size_t i = 0; i < count; ++i) {
    candidates.push_back(test::uniform(parameters, 0.02, 1000 + seed * 100 + static_cast<std::uint32_t>(i)));
  }
  return candidates;
}

/// The largest difference from the reference over the largest weight.
template <class T>
double distance(const std::vector<T>& found, const std::vector<double>& expected) {
  double difference = 0;
  double size = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    difference = std::max(difference, std::abs(static_cast<double>(found[i]) - expected[i]));
    size = std::max(size, std::abs(expected[i]));
  }
  return difference / size;
}

/// A rule for each connection of the network.
test::Spaces random_spaces(const RateNetwork& network) {
  test::Spaces spaces;
  for (std::size_t i = 0; i < network.connections().size(); ++i) {
    const std::string text = random_polynomial_rule();
    RC_LOG() << text << "\n";
    spaces.push_back(space_of(text));
  }
  return spaces;
}

template <class T>
void kernels_agree_with_reference(double tolerance) {
  const auto seed = *rc::gen::inRange<std::uint32_t>(0, 1000);
  const Lifetime life = random_lifetime(seed);
  const test::Spaces spaces = random_spaces(life.network);
  const auto count = static_cast<std::size_t>(*rc::gen::inRange(1, 70));
  const auto candidates = random_candidates(spaces, count, seed);
  const auto found = simulate<T>(life, spaces, candidates);
  RC_ASSERT(found.size() == count);
  // The reference sees the numbers that a float kernel sees, so that only the arithmetic differs.
  Lifetime rounded = life;
  for (double& each : rounded.inputs) each = static_cast<double>(static_cast<T>(each));
  for (double& each : rounded.weights) each = static_cast<double>(static_cast<T>(each));
  // The same lifetime with an error of its own: outputs that reach each other with a strength near 1 enlarge it.
  constexpr double nudge = 1e-9;
  Lifetime nudged = rounded;
  const auto errors = test::uniform(nudged.inputs.size(), nudge, 5000 + seed);
  for (std::size_t i = 0; i < errors.size(); ++i) nudged.inputs[i] += errors[i];
  for (const std::size_t lane : {std::size_t{0}, count / 2, count - 1}) {
    const std::vector<double> expected = test::by_equations(rounded, spaces, candidates[lane]);
    const double size = std::abs(*std::max_element(expected.begin(), expected.end(),
                                                   [](double a, double b) { return std::abs(a) < std::abs(b); }));
    if (!(size < 1e2)) continue;  // on its way to infinity, where rounding errors grow without bound
    const double enlarged = distance(test::by_equations(nudged, spaces, candidates[lane]), expected) / nudge;
    RC_ASSERT(distance(found[lane], expected) <= tolerance * std::max(enlarged, 1.0));
  }
}

RC_GTEST_PROP(RateKernels, agree_with_the_equations_in_double, ()) { kernels_agree_with_reference<double>(1e-12); }
RC_GTEST_PROP(RateKernels, agree_with_the_equations_in_float, ()) { kernels_agree_with_reference<float>(2e-4); }

template <class T>
void layout_does_not_matter() {
  const test::KeepIsa keep;
  const auto seed = *rc::gen::inRange<std::uint32_t>(0, 1000);
  const Lifetime life = random_lifetime(seed);
  const test::Spaces space = random_spaces(life.network);
  const auto count = static_cast<std::size_t>(*rc::gen::inRange(1, 150));
  auto candidates = random_candidates(space, count, seed);
  candidates.back().assign(candidates.back().size(), 30.0);  // a neighbour that explodes disturbs nobody
  base::force_isa(base::Isa::scalar);
  const auto expected = simulate<T>(life, space, candidates);

  std::vector<std::size_t> ends;
  const std::size_t unit = life.network.update == Update::batch_mean ? static_cast<std::size_t>(life.network.batch) : 1;
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
    ends.push_back(*rc::gen::inRange<std::size_t>(0, life.steps() + 1) / unit * unit);
  std::sort(ends.begin(), ends.end());
  for (const base::Isa isa : test::isas()) {
    base::force_isa(isa);
    const auto other = simulate<T>(life, space, candidates, ends);
    for (std::size_t i = 0; i < count; ++i) RC_ASSERT(test::same_bits(other[i], expected[i]));
    // One alone, and a part of the population that starts elsewhere, so in other lanes and blocks.
    const auto first = *rc::gen::inRange<std::size_t>(0, count);
    const auto size = *rc::gen::element<std::size_t>(1, count - first);
    const auto part = simulate<T>(life, space, std::span(candidates).subspan(first, size));
    for (std::size_t i = 0; i < size; ++i) RC_ASSERT(test::same_bits(part[i], expected[first + i]));
  }
}

RC_GTEST_PROP(RateKernels, give_the_same_bits_for_any_layout_in_float, ()) { layout_does_not_matter<float>(); }
RC_GTEST_PROP(RateKernels, give_the_same_bits_for_any_layout_in_double, ()) { layout_does_not_matter<double>(); }

/// A linear neuron under a random rule of each shape: its own kernel for whole stretches, the rows made for its shape
/// and the rows that read the degrees at run time do the same arithmetic.
template <class T>
void kernels_of_a_shape_agree(const StretchKernels<T>& whole, const RowKernels<T>& rows, NetworkKernel<T>* walk) {
#define CARVE_DEGREES(...) std::vector<int>{__VA_ARGS__},
  const std::vector<std::vector<int>> shapes{CARVE_RATE_SHAPES(CARVE_DEGREES)};
#undef CARVE_DEGREES
  for (std::size_t shape = 0; shape < shapes.size(); ++shape) {
    for (const std::size_t synapses : {1UL, 3UL, 24UL, 25UL, 40UL}) {
      for (const int degree_y : {usual_degree_y, usual_degree_y + 2}) {
        const std::vector<int>& degrees = shapes[shape];
        const auto cells =
            static_cast<std::size_t>(std::accumulate(degrees.begin(), degrees.end(), static_cast<int>(degrees.size())));
        constexpr std::size_t lanes = 5 * lane_multiple, steps = 12;
        const auto numbers = [](std::size_t count, double size, std::uint32_t seed) {
          const std::vector<double> drawn = test::uniform(count, size, seed);
          return base::AlignedVector<T>(drawn.begin(), drawn.end());
        };
        const auto coefficients = numbers(cells * static_cast<std::size_t>(degree_y + 1) * lanes, 0.01, 1);
        const RuleBlock<T> rule{.polynomial = {.coefficients = coefficients.data(),
                                               .degree_y = degree_y,
                                               .degrees = degrees.data(),
                                               .degree_w = static_cast<int>(degrees.size()) - 1}};
        const auto inputs = numbers(synapses * steps, 1, 2);
        const auto start = numbers(synapses * lanes, 0.1, 3);
        const auto by_rows = [&](RowKernel<T>* kernel, std::size_t batch) {
          auto weights = start;
          base::AlignedVector<T> scratch((2 + synapses) * lanes);
          walk({.inputs = inputs.data(),
                .steps = steps,
                .synapses = synapses,
                .outputs = 1,
                .weights = weights.data(),
                .lanes = lanes,
                .batch = batch,
                .scratch = scratch.data(),
                .feedforward = kernel,
                .feedforward_rule = rule});
          return weights;
        };
        auto weights = start;
        whole[shape]({inputs.data(), steps, synapses, weights.data(), lanes}, rule.polynomial);
        const std::string what = fmt::format("degrees {} of x, {} of y, {} synapses", degrees, degree_y, synapses);
        EXPECT_TRUE(by_rows(rows[rate_shapes], 0) == weights) << what;
        for (const std::size_t batch : {0UL, 4UL})
          EXPECT_TRUE(by_rows(rows[shape], batch) == by_rows(rows[rate_shapes], batch)) << what << ", batch " << batch;
      }
    }
  }
}

TEST(RateKernels, made_for_a_shape_equal_the_general_one) {
  kernels_of_a_shape_agree<float>(scalar::stretch_kernels_float, scalar::row_kernels_float, scalar::run_network);
  kernels_of_a_shape_agree<double>(scalar::stretch_kernels_double, scalar::row_kernels_double, scalar::run_network);
  if (base::supported(base::Isa::v3)) {
    kernels_of_a_shape_agree<float>(v3::stretch_kernels_float, v3::row_kernels_float, v3::run_network);
    kernels_of_a_shape_agree<double>(v3::stretch_kernels_double, v3::row_kernels_double, v3::run_network);
  }
  if (base::supported(base::Isa::v4)) {
    kernels_of_a_shape_agree<float>(v4::stretch_kernels_float, v4::row_kernels_float, v4::run_network);
    kernels_of_a_shape_agree<double>(v4::stretch_kernels_double, v4::row_kernels_double, v4::run_network);
  }
}

TEST(CompiledRule, spends_no_more_multiply_adds_than_the_rule_needs) {
  const auto spent = [](const std::string& dw) { return CompiledRule<float>(space_of(dw), true).multiply_adds(); };
  EXPECT_EQ(spent("x*y - y^2*w"), 3U);  // w' = A + B x + C w: two, and one for the next sum
  EXPECT_EQ(spent("A*x^2*y^2*w^2 + B"), 9U);
  EXPECT_EQ(spent("tanh(x)*y"), 0U);
}

TEST(CompiledRule, interprets_rules_whose_powers_no_kernel_reaches) {
  const rule::RuleSpace space = space_of(fmt::format("A*x^{}*y", largest_rate_degree + 1));
  const Lifetime life{.network = {.inputs = 7}, .inputs = test::uniform(70, 1, 5), .weights = test::uniform(7, 1, 6)};
  EXPECT_FALSE(CompiledRule<double>(space, true).polynomial());
  const std::vector<double> values{0.1};
  const auto found = simulate<double>(life, {space}, std::span(&values, 1));
  EXPECT_LE(distance(found[0], test::by_equations(life, {space}, values)), 1e-12);
}

TEST(RateSimulator, an_incomplete_batch_changes_nothing) {
  Lifetime life{.network = {.inputs = 4, .update = Update::batch_mean, .batch = 5},
                .inputs = test::uniform(40, 1, 7),
                .weights = test::uniform(4, 1, 8)};
  const std::vector<double> none;
  for (const std::string dw : {"0.1*x*y", "0.1*tanh(x*y)"}) {
    const rule::RuleSpace space = space_of(dw);
    const auto whole = simulate<double>(life, {space}, std::span(&none, 1));
    Lifetime longer = life;
    for (int i = 0; i < 16; ++i) longer.inputs.push_back(0.5);  // four samples more
    EXPECT_EQ(simulate<double>(longer, {space}, std::span(&none, 1)), whole) << dw;
    longer.inputs.insert(longer.inputs.end(), 4, 0.5);  // the fifth
    EXPECT_NE(simulate<double>(longer, {space}, std::span(&none, 1)), whole) << dw;
  }
}

RC_GTEST_PROP(LookSteps, rise_to_the_end_and_fall_between_batches, ()) {
  const auto steps = *rc::gen::inRange<std::size_t>(1, 2000);
  const auto count = *rc::gen::inRange<std::size_t>(1, 60);
  RateNetwork network{.inputs = 3, .batch = *rc::gen::inRange(1, 100)};
  if (*rc::gen::arbitrary<bool>()) network.update = Update::batch_mean;
  const std::vector<std::size_t> ends = look_steps(steps, count, network);
  RC_ASSERT(!ends.empty() && ends.size() <= count && ends.front() > 0 && ends.back() == steps);
  for (std::size_t i = 1; i < ends.size(); ++i) RC_ASSERT(ends[i] > ends[i - 1]);
  if (network.update == Update::online) RC_ASSERT(ends.size() == std::min(count, steps));
  for (std::size_t i = 0; i + 1 < ends.size() && network.update == Update::batch_mean; ++i) {
    RC_ASSERT(ends[i] % static_cast<std::size_t>(network.batch) == 0);
  }
}

/// Samples with variances 1, 1/2, 1/4, ... along the coordinates, turned by a fixed reflection so that the first
/// principal component is no axis.
Lifetime correlated(std::size_t inputs, std::size_t steps, std::vector<double>& component) {
  Lifetime life{.network = {.inputs = static_cast<std::int64_t>(inputs)}};
  life.inputs.resize(inputs * steps);
  base::fill_normal({3, base::Purpose::inputs, 0, 0}, std::span<double>(life.inputs));
  std::vector<double> normal(inputs);
  for (std::size_t i = 0; i < inputs; ++i)
    normal[i] = 1 / std::sqrt(static_cast<double>(inputs)) * (i % 2 == 0 ? 1 : -1);
  for (std::size_t t = 0; t < steps; ++t) {
    double* const x = life.inputs.data() + t * inputs;
    double along = 0;
    for (std::size_t i = 0; i < inputs; ++i) {
      x[i] *= std::pow(0.5, 0.5 * static_cast<double>(i));
      along += x[i] * normal[i];
    }
    for (std::size_t i = 0; i < inputs; ++i) x[i] -= 2 * along * normal[i];
  }
  component.assign(inputs, 0.0);
  for (std::size_t i = 0; i < inputs; ++i) component[i] = (i == 0 ? 1 : 0) - 2 * normal[0] * normal[i];
  life.weights = test::uniform(inputs, 0.1, 9);
  return life;
}

TEST(Oja, weights_become_the_first_principal_component_with_length_one_over_sqrt_r) {  // science.md section 2
  std::vector<double> component;
  const Lifetime life = correlated(10, 30000, component);
  const rule::RuleSpace space = space_of("0.002*(x*y - r*y^2*w)");
  const std::vector<std::vector<double>> candidates{{1.0}, {0.5}, {4.0}};
  const auto found = simulate<float>(life, {space}, candidates);
  for (std::size_t k = 0; k < candidates.size(); ++k) {
    double along = 0, square = 0;
    for (std::size_t i = 0; i < 10; ++i) {
      const auto w = static_cast<double>(found[k][i]);
      along += w * component[i];
      square += w * w;
    }
    EXPECT_GT(along * along / square, 0.99) << candidates[k][0];
    EXPECT_NEAR(square * candidates[k][0], 1, 0.02) << candidates[k][0];
  }
}

}  // namespace
}  // namespace carve::network
