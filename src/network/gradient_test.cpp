// Exact gradients: the slopes that central differences find, with the same bits however the work is laid out.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/network/gradient.hpp"
#include "carve/network/test_support.hpp"

namespace carve::network {
namespace {

using test::Lifetime;
using test::space_of;
using test::Spaces;
using Candidates = std::vector<std::vector<double>>;

/// A loss on the weights at the ends of some stretches: the sum of a w + b w^2 / 2.
struct PathLoss {
  std::vector<std::size_t> ends;  // steps, rising; the last is the lifetime's end
  std::vector<double> a, b;       // [end][weight]

  [[nodiscard]] double score(std::size_t end, const double* weights, std::size_t count) const {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i)
      sum += (a[end * count + i] + b[end * count + i] * weights[i] / 2) * weights[i];
    return sum;
  }
};

PathLoss random_loss(std::vector<std::size_t> ends, std::size_t weights, std::uint32_t seed) {
  const std::size_t count = ends.size() * weights;
  return {std::move(ends), test::uniform(count, 1, 3 * seed), test::uniform(count, 1, 3 * seed + 1)};
}

/// The exact gradient of each candidate.
template <class T>
Candidates gradients(const Lifetime& life, const Spaces& spaces, std::span<const std::vector<double>> candidates,
                     const PathLoss& loss) {
  const RateGradient<T> gradient(life.network, spaces);
  const auto inputs = static_cast<std::size_t>(life.network.inputs);
  const std::size_t count = life.weights.size();
  const std::vector<T> samples(life.inputs.begin(), life.inputs.end());
  Candidates result;
  for (const auto& block : gradient.prepare(candidates)) {
    const std::size_t lanes = block.candidates.lanes;
    base::AlignedVector<T> weights(count * lanes), lambda(count * lanes, T(0));
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<T>(life.weights[i / lanes]);
    GradientTape<T> tape;
    std::vector<base::AlignedVector<T>> path;
    std::size_t step = 0;
    for (const std::size_t end : loss.ends) {
      gradient.forward(block, samples.data() + step * inputs, end - step, weights.data(), tape);
      step = end;
      path.push_back(weights);
    }
    for (std::size_t point = loss.ends.size(); point-- > 0;) {
      for (std::size_t i = 0; i < lambda.size(); ++i) {
        const std::size_t at = point * count + i / lanes;
        lambda[i] += static_cast<T>(loss.a[at]) + static_cast<T>(loss.b[at]) * path[point][i];
      }
      gradient.backward(block, lambda.data(), tape);
    }
    for (std::size_t lane = 0; lane < block.candidates.count; ++lane) {
      result.push_back(gradient.by_parameters(block, lane, candidates[block.candidates.first + lane], tape));
    }
  }
  return result;
}

/// What differences of whole simulations say, and how far they agree among themselves.
struct Differences {
  std::vector<double> slopes;
  double uncertainty = 0;
};

Differences differences(const Lifetime& life, const Spaces& spaces, const std::vector<double>& candidate,
                        const PathLoss& loss) {
  constexpr double step = 2e-4;
  Candidates moved;
  for (std::size_t k = 0; k < candidate.size(); ++k) {
    for (const double by : {-2 * step, -step, 0.0, step, 2 * step}) {
      moved.push_back(candidate);
      moved.back()[k] += by;
    }
  }
  std::vector<double> losses(moved.size(), 0.0);
  for (std::size_t end = 0; end < loss.ends.size(); ++end) {
    Lifetime part = life;
    part.inputs.resize(loss.ends[end] * static_cast<std::size_t>(life.network.inputs));
    const auto found = test::simulate<double>(part, spaces, moved);
    for (std::size_t i = 0; i < moved.size(); ++i) losses[i] += loss.score(end, found[i].data(), found[i].size());
  }
  Differences result;
  for (std::size_t k = 0; k < candidate.size(); ++k) {
    const double* const at = losses.data() + 5 * k;
    const double fine = (at[3] - at[1]) / (2 * step);
    const double coarse = (at[4] - at[0]) / (4 * step);
    result.slopes.push_back((4 * fine - coarse) / 3);
    // How much the slope turns within a step is proportional to the step, but for a kink at the very point.
    const double turn = (at[3] - 2 * at[2] + at[1]) / step;
    const double wide_turn = (at[4] - 2 * at[2] + at[0]) / (2 * step);
    result.uncertainty = std::max({result.uncertainty, std::abs(fine - coarse), std::abs(wide_turn - 2 * turn)});
  }
  return result;
}

double largest(const std::vector<double>& values) {
  double size = 0;
  for (const double each : values) size = std::isnan(each) ? HUGE_VAL : std::max(size, std::abs(each));
  return size;
}

double distance(std::vector<double> a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] -= b[i];
  return largest(a);
}

RateNetwork random_network() {
  RateNetwork network;
  network.inputs = *rc::gen::inRange(1, 12);
  network.outputs = *rc::gen::inRange(1, 5);
  network.lateral = *rc::gen::element(Lateral::none, Lateral::hierarchical, Lateral::symmetric);
  if (network.lateral != Lateral::symmetric)
    network.activation = *rc::gen::weightedElement<Activation>(
        {{3, Activation::linear}, {1, Activation::tanh}, {1, Activation::rectified}});
  if (*rc::gen::inRange(0, 3) == 0) network.update = Update::batch_mean;
  network.batch = *rc::gen::inRange(1, 5);
  return network;
}

Lifetime random_lifetime(const RateNetwork& network, std::uint32_t seed) {
  Lifetime life{.network = network};
  const auto inputs = static_cast<std::size_t>(network.inputs);
  const auto steps = static_cast<std::size_t>(*rc::gen::inRange(1, 40));
  life.inputs = test::uniform(inputs * steps, 1, 2 * seed);
  life.weights = test::uniform(network.weight_count(), 0.7 / std::sqrt(static_cast<double>(inputs)), 2 * seed + 1);
  return life;
}

/// One to three moments of the lifetime, after whole batches, the end included.
std::vector<std::size_t> random_ends(const Lifetime& life) {
  const std::size_t unit = life.network.update == Update::batch_mean ? static_cast<std::size_t>(life.network.batch) : 1;
  std::vector<std::size_t> ends{life.steps()};
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
    const std::size_t end = *rc::gen::inRange<std::size_t>(0, life.steps() + 1) / unit * unit;
    if (end > 0 && end < ends.front()) ends.insert(ends.begin(), end);
  }
  return ends;
}

std::string random_polynomial_rule() {
  const int highest = *rc::gen::weightedElement<int>({{2, 1}, {4, 2}, {2, 3}, {1, 5}});
  const int terms = *rc::gen::inRange(1, 7);
  std::string text;
  for (int i = 0; i < terms; ++i) {
    const int a = *rc::gen::inRange(0, highest + 1);
    const int b = *rc::gen::inRange(0, highest + 1);
    const int c = *rc::gen::inRange(0, highest + 1);
    text += fmt::format("{}A{}*x^{}*y^{}*w^{}", i == 0 ? "" : " + ", i, a, b, c);
  }
  return *rc::gen::arbitrary<bool>() ? text : fmt::format("exp(B)*({} + B*x*y)", text);
}

/// Each function of the language on combinations of everything a rule can hold.
std::string random_text_rule() {
  const auto name = [] { return *rc::gen::element<std::string>("x", "y", "w", "A", "B", "C", "0.3"); };
  const auto operation = [](const std::string& a, const std::string& b) {
    return fmt::format(
        fmt::runtime(*rc::gen::element<std::string>(
            "-({0})", "({0} + {1})", "({0} - {1})", "({0})*({1})", "({0})/(2 + tanh({1}))", "exp(tanh({0}))",
            "log(2 + abs({0}))", "tanh({0} - {1})", "sqrt(1 + ({0})^2)", "abs({0})", "min({0}, {1})", "max({0}, {1})",
            "abs({0})^1.5", "abs({0})^(1 + tanh({1})^2)", "({0} > {1})*({0})")),
        a, b);
  };
  std::string text;
  for (int i = 0; i < 2; ++i) {
    const std::string a = name(), b = name(), c = name();
    const std::string inner = operation(a, b);
    text += operation(inner, c) + " + ";
  }
  return fmt::format("0.05*tanh({}A*x*y - B*y^2*w)*(1 + tanh(abs(w)))", text);
}

Candidates random_candidates(const Spaces& spaces, std::size_t count, double size, std::uint32_t seed) {
  std::size_t parameters = 0;
  for (const rule::RuleSpace& each : spaces) parameters += each.parameters.size();
  Candidates candidates;
  for (std::size_t i = 0; i < count; ++i)
    candidates.push_back(test::uniform(parameters, size, 1000 + seed * 100 + static_cast<std::uint32_t>(i)));
  return candidates;
}

/// A random network that lives under rules that `draw` gives, with a loss on some moments of its life.
struct Case {
  Lifetime life;
  Spaces spaces;
  PathLoss loss;
  std::uint32_t seed = 0;
};

template <class Draw>
Case random_case(Draw draw) {
  Case result;
  result.seed = *rc::gen::inRange<std::uint32_t>(0, 1000);
  const RateNetwork network = random_network();
  for (std::size_t i = 0; i < network.connections().size(); ++i) {
    const std::string text = draw();
    RC_LOG() << text << "\n";
    result.spaces.push_back(space_of(text));
  }
  result.life = random_lifetime(network, result.seed);
  result.loss = random_loss(random_ends(result.life), network.weight_count(), result.seed);
  return result;
}

void gradient_is_the_slope(const Case& each, double size) {
  const auto count = static_cast<std::size_t>(*rc::gen::inRange(1, 40));
  const Candidates candidates = random_candidates(each.spaces, count, size, each.seed);
  const Candidates found = gradients<double>(each.life, each.spaces, candidates, each.loss);
  RC_ASSERT(found.size() == count);
  std::size_t compared = 0;
  for (const std::size_t lane : {std::size_t{0}, count - 1}) {
    const Differences expected = differences(each.life, each.spaces, candidates[lane], each.loss);
    RC_ASSERT(found[lane].size() == expected.slopes.size());
    const double scale = largest(expected.slopes);
    // Wild lifetimes and kinks between the points: differences do not know the slope themselves.
    if (!(scale < 1e6) || !(expected.uncertainty <= 1e-5 * scale)) continue;
    ++compared;
    RC_LOG() << fmt::format("{}\n{}\n", found[lane], expected.slopes);
    RC_ASSERT(distance(found[lane], expected.slopes) <= 1e-6 * scale + 1e-10);
  }
  RC_PRE(compared > 0);
}

RC_GTEST_PROP(Gradient, is_the_slope_under_polynomial_rules, ()) {
  gradient_is_the_slope(random_case(random_polynomial_rule), 0.05);
}
RC_GTEST_PROP(Gradient, is_the_slope_under_any_rule, ()) { gradient_is_the_slope(random_case(random_text_rule), 1); }

/// The family that most searches use, at a size that its kernel is made for.
TEST(Gradient, is_the_slope_of_all_27_terms) {
  std::string text;
  for (int i = 0; i < 27; ++i)
    text += fmt::format("{}T{}*x^{}*y^{}*w^{}", i == 0 ? "" : " + ", i, i / 9, i / 3 % 3, i % 3);
  const Spaces spaces{space_of("0.05*(" + text + ")")};
  const Lifetime life{
      .network = {.inputs = 100}, .inputs = test::uniform(100 * 300, 0.3, 1), .weights = test::uniform(100, 0.1, 2)};
  const PathLoss loss = random_loss({300}, 100, 3);
  Candidates candidates = random_candidates(spaces, 33, 0.05, 4);
  for (std::vector<double>& each : candidates) {
    each[9 + 3] += 1;      // x y
    each[2 * 3 + 1] -= 1;  // y^2 w
  }
  const Candidates found = gradients<double>(life, spaces, candidates, loss);
  const Candidates single = gradients<float>(life, spaces, candidates, loss);
  for (const std::size_t lane : {0U, 20U, 32U}) {
    const Differences expected = differences(life, spaces, candidates[lane], loss);
    const double scale = largest(expected.slopes);
    EXPECT_GT(scale, 0.1);
    EXPECT_LE(distance(found[lane], expected.slopes), 1e-6 * scale);
    EXPECT_LE(distance(single[lane], found[lane]), 2e-4 * scale);
  }
}

template <class T>
void layout_does_not_matter(const Case& each, double size) {
  const test::KeepIsa keep;
  const auto count = static_cast<std::size_t>(*rc::gen::inRange(1, 80));
  const Candidates candidates = random_candidates(each.spaces, count, size, each.seed);
  base::force_isa(base::Isa::scalar);
  const Candidates expected = gradients<T>(each.life, each.spaces, candidates, each.loss);
  PathLoss cut = each.loss;  // the same loss, with one stretch more
  const std::size_t weights = each.life.weights.size();
  const std::size_t unit =
      each.life.network.update == Update::batch_mean ? static_cast<std::size_t>(each.life.network.batch) : 1;
  if (const std::size_t end = cut.ends.front() / 2 / unit * unit; end > 0) {
    cut.ends.insert(cut.ends.begin(), end);
    cut.a.insert(cut.a.begin(), weights, 0.0);
    cut.b.insert(cut.b.begin(), weights, 0.0);
  }
  for (const base::Isa isa : test::isas()) {
    base::force_isa(isa);
    const Candidates other = gradients<T>(each.life, each.spaces, candidates, cut);
    for (std::size_t i = 0; i < count; ++i) RC_ASSERT(test::same_bits(other[i], expected[i]));
    const auto first = *rc::gen::inRange<std::size_t>(0, count);
    const auto part = gradients<T>(each.life, each.spaces, std::span(candidates).subspan(first), each.loss);
    for (std::size_t i = first; i < count; ++i) RC_ASSERT(test::same_bits(part[i - first], expected[i]));
  }
}

RC_GTEST_PROP(Gradient, has_the_same_bits_for_any_layout_in_float, ()) {
  if (*rc::gen::arbitrary<bool>()) layout_does_not_matter<float>(random_case(random_polynomial_rule), 0.05);
  else layout_does_not_matter<float>(random_case(random_text_rule), 1);
}
RC_GTEST_PROP(Gradient, has_the_same_bits_for_any_layout_in_double, ()) {
  if (*rc::gen::arbitrary<bool>()) layout_does_not_matter<double>(random_case(random_polynomial_rule), 0.05);
  else layout_does_not_matter<double>(random_case(random_text_rule), 1);
}

// On the way forwards nothing but the weights is seen by a loss: they must be the simulator's.
TEST(Gradient, goes_forward_with_the_simulators_bits) {
  const Spaces spaces{space_of("A*(x*y - y^2*w) + 0.01*x")};
  const Lifetime life{.network = {.inputs = 9, .outputs = 2},
                      .inputs = test::uniform(9 * 77, 1, 1),
                      .weights = test::uniform(18, 0.5, 2)};
  const Candidates candidates = random_candidates(spaces, 3, 0.1, 5);
  const RateGradient<float> gradient(life.network, spaces);
  const auto block = gradient.prepare(candidates).front();
  const std::vector<float> samples(life.inputs.begin(), life.inputs.end());
  base::AlignedVector<float> weights(18 * block.candidates.lanes);
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] = static_cast<float>(life.weights[i / block.candidates.lanes]);
  GradientTape<float> tape;
  gradient.forward(block, samples.data(), 77, weights.data(), tape);
  const auto expected = test::simulate<float>(life, spaces, candidates);
  for (std::size_t i = 0; i < 18; ++i) EXPECT_EQ(weights[i * block.candidates.lanes + 2], expected[2][i]);
}

}  // namespace
}  // namespace carve::network
