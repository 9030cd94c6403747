// Two rules that do the same are called so, two that do not are not; where trials are too few, neither is said.
#include "carve/experiment/equivalence.hpp"

#include <gtest/gtest.h>

#include "carve/experiment/rules/rule_file.hpp"
#include "carve/experiment/test_support.hpp"

namespace carve::experiment {
namespace {

constexpr const char* oja = R"toml(seed = 3
[network]
kind = "rate"
inputs = 4
[rule.feedforward]
family = "polynomial"
degree = 2
eta = 0.05
[trials]
count = 4
steps = 600
validation = 40
inputs = { kind = "gaussian", ratio = 0.5 }
[loss]
kind = "principal_components"
[search]
method = "cma-es"
)toml";

constexpr const char* neuron = R"toml(seed = 3
[network]
kind = "spiking_neuron"
[rule.inhibition]
family = "six_parameter"
eta = 0.01
w_max = 50
[trials]
count = 2
lifetime = "20 s"
inputs = { kind = "poisson" }
[loss]
kind = "target_rate"
target = "5 Hz"
window = "10 s"
[search]
method = "cma-es"
)toml";

Equivalence compare(const char* file, const std::string& a, const std::string& b, double margin = 0.05,
                    std::size_t trials = 40, int threads = 1, const std::vector<Override>& changes = {}) {
  const auto experiment = read(file, changes);
  base::Diagnostics diagnostics;
  const auto first = read_rules(a, *experiment, diagnostics), second = read_rules(b, *experiment, diagnostics);
  EXPECT_TRUE(first && second) << diagnostics.render();
  return compare_rules(*experiment, *first, *second, margin, trials, evaluate::Workers(threads));
}

TEST(Equivalence, one_formula_written_in_two_ways_is_one_rule) {
  const Equivalence found = compare(oja, "0.02*(x*y - y^2*w)", "0.02*y*(x - y*w) + 0*w");
  EXPECT_EQ(found.verdict(), "equivalent");
  EXPECT_LT(found.weights.mean, 1e-5);
}

/// Weights twice as long keep the same share of the variance.
TEST(Equivalence, rules_may_do_the_same_with_other_weights) {
  const Equivalence found =
      compare(oja, "0.02*(x*y - y^2*w)", "0.02*(x*y - 0.25*y^2*w)", 0.05, 40, 1, {"loss.kind=explained_variance"});
  EXPECT_EQ(found.verdict(), "equivalent, with other weights");
  EXPECT_EQ(found.path.size(), 10U);
}

TEST(Equivalence, a_rule_that_ends_at_twice_the_length_is_different) {
  const Equivalence found = compare(oja, "0.02*(x*y - y^2*w)", "0.02*(x*y - 0.25*y^2*w)");
  EXPECT_EQ(found.verdict(), "different");
  EXPECT_NEAR(found.weights.mean, 2.0 / 3, 0.1);  // |w| = 1 and 2: 1 over their mean
}

TEST(Equivalence, what_few_trials_cannot_tell_is_undecided) {
  const Equivalence found = compare(oja, "0.02*(x*y - y^2*w)", "0.021*(x*y - y^2*w)", 1e-3, 3);
  EXPECT_EQ(found.verdict(), "undecided");
}

TEST(Equivalence, is_the_same_to_the_bit_on_any_threads_and_says_both_ways_round_the_same) {
  const char* a = "0.02*(x*y - y^2*w)";
  const char* b = "0.02*(x*y - 0.9*y^2*w)";
  const Equivalence one = compare(oja, a, b), other = compare(oja, b, a);
  EXPECT_EQ(equivalence_json(one), equivalence_json(compare(oja, a, b, 0.05, 40, 3)));
  EXPECT_DOUBLE_EQ(one.loss.mean, -other.loss.mean);
  EXPECT_EQ(one.verdict(), other.verdict());
}

TEST(Equivalence, inhibition_that_settles_at_one_rate_differs_from_that_of_another) {
  const std::string times = "; tau_pre = 20 ms; tau_post = 20 ms; w_max = 50";
  const std::string vogels = "on_pre = 0.01*(x_post - 0.2); on_post = 0.01*x_pre" + times;
  const std::string twice = "on_pre = 0.01*(x_post - 0.4); on_post = 0.01*x_pre" + times;  // 10 Hz instead of 5
  const std::string same = "on_pre = 0.005*(2*x_post - 0.4); on_post = 0.02*0.5*x_pre" + times;
  const Equivalence other = compare(neuron, vogels, twice, 0.05, 4);
  EXPECT_EQ(other.verdict(), "different");
  EXPECT_EQ(other.same_rates, Verdict::beyond);
  ASSERT_TRUE(other.rates);
  EXPECT_NEAR(other.rates->mean, 2.0 / 3, 0.1);  // 5 and 10 Hz, over their mean
  EXPECT_EQ(compare(neuron, vogels, same, 0.05, 4).verdict(), "equivalent");
}

TEST(Equivalence, a_margin_is_kept_by_two_one_sided_tests) {
  EXPECT_EQ(compare_with_margin({.mean = -0.5, .error = 0.25}, 1), Verdict::within);    // up to 0.911
  EXPECT_EQ(compare_with_margin({.mean = 0.5, .error = 0.35}, 1), Verdict::undecided);  // up to 1.076
  EXPECT_EQ(compare_with_margin({.mean = 2, .error = 0.5}, 1), Verdict::beyond);        // from 1.178
  EXPECT_EQ(compare_with_margin({.mean = std::nan(""), .error = 0}, 1), Verdict::undecided);
}

}  // namespace
}  // namespace carve::experiment
