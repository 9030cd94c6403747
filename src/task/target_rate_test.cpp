// The rate a neuron should have: its loss against plain sums, the analytic fixed point against the neuron itself.
#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/network/spiking_simulator.hpp"
#include "carve/network/test_spiking.hpp"
#include "carve/task/mean_field.hpp"
#include "carve/task/spike_inputs.hpp"
#include "carve/task/target_rate.hpp"

namespace carve::task {
namespace {

constexpr base::Seconds dt{1e-4};

RC_GTEST_PROP(TargetRateLoss, is_the_mean_over_a_fine_grid, ()) {
  const TargetRate wanted{.target = {static_cast<double>(*rc::gen::inRange(1, 40))},
                          .window = {static_cast<double>(*rc::gen::inRange(1, 40)) / 10},
                          .filter = {static_cast<double>(*rc::gen::inRange(1, 20)) / 10}};
  const auto steps = *rc::gen::inRange<std::size_t>(5000, 30000);
  std::vector<std::uint32_t> spikes;
  for (std::uint32_t step = 0; step < steps; ++step) {
    step += *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(1, 4000));
    if (step < steps) spikes.push_back(step);
  }
  double rate = wanted.target.value, sum = 0;
  std::size_t next = 0, samples = 0;
  const std::size_t begin =
      static_cast<std::size_t>(std::max(0.0, static_cast<double>(steps) - std::round(wanted.window.value / dt.value)));
  constexpr int fine = 4;  // samples per step, in the middle of their quarters
  for (std::size_t t = 0; t < steps; ++t) {
    if (next < spikes.size() && spikes[next] == t) {
      rate += 1 / wanted.filter.value;
      ++next;
    }
    for (int k = 0; k < fine; ++k) {
      const double r = rate * std::exp(-(k + 0.5) / fine * dt.value / wanted.filter.value);
      if (t >= begin) {
        sum += (r - wanted.target.value) * (r - wanted.target.value) / (r + 2);
        ++samples;
      }
    }
    rate *= std::exp(-dt.value / wanted.filter.value);
  }
  const double expected = sum / static_cast<double>(samples);
  const double found = target_rate_loss(wanted, spikes, steps, dt);
  RC_ASSERT(std::abs(found - expected) <= 1e-5 * (1 + expected));
}

TEST(TargetRateLoss, is_small_at_the_target_and_grows_away_from_it) {
  const auto regular = [](double rate) {
    std::vector<std::uint32_t> spikes;
    for (double t = 0.5 / rate; t < 20; t += 1 / rate) spikes.push_back(static_cast<std::uint32_t>(t / dt.value));
    return target_rate_loss({.target = {10}}, spikes, 200000, dt);
  };
  EXPECT_LT(regular(10), 0.02);  // the filter's own ripple
  EXPECT_NEAR(regular(20), 100.0 / 22, 0.05);
  EXPECT_NEAR(regular(5), 25.0 / 7, 0.05);
  EXPECT_NEAR(target_rate_loss({.target = {10}}, {}, 200000, dt), 100.0 / 2, 0.1) << "silence";
}

TEST(EarlyEnd, is_worse_the_sooner_it_comes) {
  EXPECT_EQ(early_end_score(0, 60), 320);
  EXPECT_NEAR(early_end_score(60, 60), 160 * (1 + std::exp(-1.0)), 1e-12);
  EXPECT_GT(early_end_score(1, 60), early_end_score(2, 60));
  network::SpikingLife life{.ending = network::Ending::silent, .end = 1000};
  EXPECT_EQ(score({}, life, 4000, dt), early_end_score(0.25, 1));
  life.ending = network::Ending::finished;
  EXPECT_EQ(score({}, life, 4000, dt), target_rate_loss({}, {}, 4000, dt));
}

TEST(MeanField, settles_where_the_mean_change_is_zero) {
  // Vogels et al. 2011: alpha = -2 r* tau settles at r*.
  EXPECT_NEAR(settled_rate({.alpha = -2 * 5 * 0.02, .gamma = 1, .kappa = 1}, 17), 5, 1e-12);
  for (const auto& [beta, hebbian] : {std::pair{0.0, 1.0}, {0.2, 0.5}, {0.4, 0.0}}) {
    const SixParameterRule rule{.alpha = -0.12, .beta = beta, .gamma = hebbian, .kappa = hebbian};
    EXPECT_NEAR(settled_rate(rule, 10), 3, 1e-12);
    EXPECT_TRUE(stable_for_inhibition(rule, 10));
  }
  EXPECT_FALSE(stable_for_inhibition({.alpha = 0.12, .gamma = -1, .kappa = -1}, 10)) << "the same rate, but unstable";
}

/// The neuron itself, under Poisson input of 10 Hz: each of three rules of one analytic rate (Confavreux et al. 2020),
/// and Vogels' rule with its own. With 200 inputs, whose spikes each leave a dent in V, the Hebbian ones settle 3 to
/// 10 % higher.
TEST(MeanField, is_what_the_neuron_settles_at) {
  const rule::RuleSpace space = network::test::six_parameters(0, 100);
  std::vector<std::vector<double>> candidates;
  for (const auto& [beta, hebbian] : {std::pair{0.0, 1.0}, {0.2, 0.5}, {0.4, 0.0}}) {
    const network::test::SixParameters six{
        .eta = 0.02, .alpha = -0.12, .beta = beta, .gamma = hebbian, .kappa = hebbian};
    candidates.push_back(six.values());
  }
  const network::test::SixParameters vogels{.eta = 0.02, .alpha = -2 * 5 * 0.02, .beta = 0, .gamma = 1, .kappa = 1};
  candidates.push_back(vogels.values());
  const network::SpikingSimulator<float> simulator({}, nullptr, &space);
  constexpr std::size_t steps = 600000;
  constexpr std::uint32_t trials = 10;
  const PoissonInputs inputs{.inhibitory = 1000};  // many weak ones: pre and post spikes are nearly independent
  std::vector<double> rates(candidates.size(), 0.0);
  for (std::uint32_t index = 0; index < trials; ++index) {
    const auto trial = make_spikes(inputs, {.seed = 3, .trial = index, .steps = steps});
    const auto lives = simulator.run(simulator.prepare(candidates)[0], trial, simulator.drive(trial));
    for (std::size_t i = 0; i < lives.size(); ++i) {
      const std::vector<std::uint32_t>& spikes = lives[i].spikes;
      const auto late = std::count_if(spikes.begin(), spikes.end(), [](auto step) { return step >= steps / 3; });
      rates[i] += static_cast<double>(late) / 40 / trials;
    }
  }
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(rates[i], 3, 0.05 * 3) << i;
  EXPECT_NEAR(rates[3], 5, 0.05 * 5) << "Vogels' rule";
}

}  // namespace
}  // namespace carve::task
