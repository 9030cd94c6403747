// Windows of spike-timing-dependent plasticity against their closed forms.
#include <cmath>

#include "carve/rule/spike_pairs.hpp"
#include "carve/rule/test_support.hpp"

namespace carve::rule {
namespace {

using test::event_rule;

const std::string six = "family = \"six_parameter\"\neta = 1e-3\n";

std::vector<double> lags() {
  std::vector<double> result;
  for (int i = -40; i <= 40; ++i) result.push_back(0.0025 * i);
  return result;
}

void expect_window(const Rule& rule, double w, double (*wanted)(double)) {
  const std::vector<double> at = lags();
  const std::vector<double> window = spike_pair_window(rule, at, w);
  ASSERT_EQ(window.size(), at.size());
  for (std::size_t i = 0; i < at.size(); ++i) EXPECT_NEAR(window[i], wanted(at[i]), 1e-15) << at[i];
}

TEST(SpikePairs, potentiate_and_depress_as_bi_and_poo_measured) {
  const Rule rule = event_rule(six, {{"gamma", 0.8}, {"kappa", -0.3}, {"tau_pre", 0.017}, {"tau_post", 0.034}});
  expect_window(rule, 1, [](double lag) {
    return lag > 0 ? 1e-3 * 0.8 * std::exp(-lag / 0.017) : lag < 0 ? -1e-3 * 0.3 * std::exp(lag / 0.034) : 0.0;
  });
}

TEST(SpikePairs, of_inhibitory_plasticity_are_symmetric_above_a_constant_loss) {
  const Rule rule = event_rule(six, {{"alpha", -0.2}, {"gamma", 1}, {"kappa", 1}});  // Vogels et al. 2011, 20 ms
  expect_window(rule, 0.1,
                [](double lag) { return 1e-3 * (-0.2 + (lag == 0 ? 0 : std::exp(-std::fabs(lag) / 0.02))); });
}

TEST(SpikePairs, include_what_single_spikes_do) {
  const Rule rule = event_rule(six, {{"alpha", -0.25}, {"beta", 0.75}});
  expect_window(rule, 0, [](double) { return 0.5e-3; });
}

// The rule of van Rossum et al. (2000): depression is a share of the weight.
TEST(SpikePairs, depend_on_the_weight_where_the_rule_does) {
  const Rule rule = event_rule(
      "on_pre = \"-c*w*x_post\"\non_post = \"d*x_pre\"\nc = 0.5\nd = 2\ntau_pre = \"10 ms\"\ntau_post = \"30 ms\"\n",
      {});
  expect_window(rule, 3, [](double lag) {
    return lag > 0 ? 2 * std::exp(-lag / 0.01) : lag < 0 ? -1.5 * std::exp(lag / 0.03) : 0.0;
  });
}

TEST(SpikePairs, let_the_second_spike_see_the_weight_that_the_first_left) {
  const Rule rule = event_rule("on_pre = \"w\"\non_post = \"w*x_pre\"\ntau_pre = \"10 ms\"\nw_max = 4\n", {});
  expect_window(rule, 3, [](double lag) { return lag > 0 ? 3 + 6 * std::exp(-lag / 0.01) : 3; });
}

// With one pair, a trace is never read by spikes of its own neuron: triplet terms vanish.
TEST(SpikePairs, have_no_triplets) {
  const Rule rule = event_rule(
      "on_pre = \"A*x_pre*x_post\"\non_post = \"x_pre*(B + C*slow)\"\nA = 3\nB = 2\nC = 5\ntau_pre = \"10 ms\"\n"
      "tau_post = \"20 ms\"\ntau_slow = \"0.1 s\"\ntraces = { x_pre = \"pre\", x_post = \"post\", slow = \"post\" }\n",
      {});
  expect_window(rule, 1, [](double lag) { return lag > 0 ? 2 * std::exp(-lag / 0.01) : 0; });
}

TEST(SpikePairs, of_saturating_rules) {
  const Rule rule = event_rule("on_post = \"tanh(G*x_pre)\"\nG = 2\ntau_pre = \"10 ms\"\n", {});
  expect_window(rule, 1, [](double lag) { return lag > 0 ? std::tanh(2 * std::exp(-lag / 0.01)) : 0; });
}

}  // namespace
}  // namespace carve::rule
