// Detailed balance: what the correlation of tunings says, and which rules bring it about.
#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/network/spiking_simulator.hpp"
#include "carve/network/test_spiking.hpp"
#include "carve/task/balance.hpp"
#include "carve/task/spiking_task.hpp"

namespace carve::task {
namespace {

using Weights = std::vector<double>;

TEST(Imbalance, is_zero_for_inhibition_that_mirrors_excitation) {
  const Weights excitation{0.3, 0.5, 1.3, 1.5, 0.2, 0.4};  // three groups of means 0.4, 1.4, 0.3
  EXPECT_NEAR(imbalance(excitation, {{0.4, 1.4, 0.3}}, 3), 0, 1e-15);
  EXPECT_NEAR(imbalance(excitation, {{5.8, 7.8, 5.6}}, 3), 0, 1e-14) << "scale and offset are not its matter";
  EXPECT_NEAR(imbalance(excitation, {{-0.4, -1.4, -0.3}}, 3), 2, 1e-15);
  EXPECT_EQ(imbalance(excitation, {{0.7, 0.7, 0.7}}, 3), 1) << "inhibition of all groups alike";
  EXPECT_EQ(imbalance({{0.1, 0.1, 0.1}}, {{0.7, 0.7, 0.7}}, 3), 1);
}

RC_GTEST_PROP(Imbalance, is_one_minus_a_correlation, ()) {
  const auto groups = *rc::gen::inRange<std::size_t>(3, 9);
  const auto weights = [&] {
    Weights made;
    for (std::size_t i = 0; i < 2 * groups; ++i) made.push_back(static_cast<double>(*rc::gen::inRange(0, 1000)) / 100);
    return made;
  };
  const Weights a = weights(), b = weights();
  const double found = imbalance(a, b, groups);
  RC_ASSERT(found >= 0 && found <= 2);
  RC_ASSERT(std::abs(imbalance(b, a, groups) - found) < 1e-12);
  Weights larger = b;
  for (double& each : larger) each = 3 * each + 1;
  RC_ASSERT(std::abs(imbalance(a, larger, groups) - found) < 1e-9);
  // Shuffling the inputs of a group changes nothing.
  Weights shuffled = a;
  for (std::size_t g = 0; g < groups; ++g) std::swap(shuffled[2 * g], shuffled[2 * g + 1]);
  RC_ASSERT(std::abs(imbalance(shuffled, b, groups) - found) < 1e-12);
}

/// Vogels et al. 2011: where pre and post spikes have to meet, inhibition finds the tuning of excitation; where each
/// counts alone, all inhibitory synapses grow alike, though the rate is held as well.
TEST(Imbalance, of_a_hebbian_rule_is_small_and_of_one_that_counts_spikes_is_not) {
  const rule::RuleSpace space = network::test::six_parameters(0, 100);
  const network::test::SixParameters hebbian{.eta = 0.01, .alpha = -0.2, .gamma = 1, .kappa = 1};
  // Both settle near 5 Hz: beta = -alpha nu_pre / nu with nu_pre = 37 Hz.
  const network::test::SixParameters counting{.eta = 0.01, .alpha = -0.2, .beta = 1.48};
  const std::vector<Weights> candidates{hebbian.values(), counting.values()};
  const network::SpikingSimulator<float> simulator({}, nullptr, &space);
  const auto trial = make_spikes(GroupedInputs{}, {.seed = 3, .trial = 1, .steps = 600'000});
  const auto lives = simulator.run(simulator.prepare(candidates)[0], trial, simulator.drive(trial));
  const auto of = [&](const network::SpikingLife& life) { return imbalance(life.excitation, life.inhibition, 8); };
  EXPECT_LT(of(lives[0]), 0.05);
  EXPECT_GT(of(lives[1]), 0.3);
  // As the loss of a file sees it.
  base::Table table, resolved;
  base::Diagnostics diagnostics;
  table.set("kind", base::write_value(std::string("balance")));
  table.set("target", base::write_value(std::string("5 Hz")));
  table.set("weight", base::write_value(2.0));
  const auto both = balance_loss.make(table, {}, {}, resolved, diagnostics);
  table.set("kind", base::write_value(std::string("target_rate")));
  base::Table plain;
  for (const base::Entry& each : table.entries) {
    if (each.key != "weight") plain.entries.push_back(each);
  }
  const auto rate = target_rate_loss_component.make(plain, {}, {}, resolved, diagnostics);
  ASSERT_TRUE(both && rate) << diagnostics.render();
  for (const network::SpikingLife& life : lives) {
    const Lived lived{trial, life, {1e-4}};
    EXPECT_DOUBLE_EQ(both->score(lived), rate->score(lived) + 2 * of(life));
  }
  const network::SpikingLife early{.ending = network::Ending::silent, .end = 600'000};
  EXPECT_GT(both->score({trial, early, {1e-4}}), rate->score({trial, early, {1e-4}}));
}

TEST(BalanceLoss, needs_groups) {
  base::Table table, resolved;
  table.set("kind", base::write_value(std::string("balance")));
  table.set("target", base::write_value(std::string("5 Hz")));
  base::Diagnostics diagnostics;
  EXPECT_FALSE(balance_loss.make(table, {}, {.groups = 0}, resolved, diagnostics));
  EXPECT_NE(diagnostics.render().find("three groups"), std::string::npos);
}

}  // namespace
}  // namespace carve::task
