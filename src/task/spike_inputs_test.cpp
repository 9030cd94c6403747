// Input spikes: their statistics are those of the recipes, their bits do not depend on the machine.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "carve/base/random.hpp"
#include "carve/task/spike_inputs.hpp"
#include "carve/task/test_support.hpp"

namespace carve::task {
namespace {

using network::SpikeTrains;
using network::SpikingTrial;

constexpr std::size_t minute = 600000;

/// Steps in which each input spikes.
std::vector<std::vector<std::uint32_t>> by_input(const SpikeTrains& trains) {
  std::vector<std::vector<std::uint32_t>> result(trains.inputs);
  for (std::size_t t = 0; t < trains.steps(); ++t) {
    for (const std::uint16_t j : trains.at(t)) result[j].push_back(static_cast<std::uint32_t>(t));
  }
  return result;
}

bool equal(const SpikeTrains& a, const SpikeTrains& b) {
  return a.inputs == b.inputs && a.first == b.first && a.sources == b.sources;
}
bool equal(const SpikingTrial& a, const SpikingTrial& b) {
  return equal(a.excitation.spikes, b.excitation.spikes) && equal(a.inhibition.spikes, b.inhibition.spikes) &&
         a.excitation.weights == b.excitation.weights && a.inhibition.weights == b.inhibition.weights;
}

/// The recipe step by step with other random numbers: the mean rate, and the mean product of counts in 10 ms bins of
/// two inputs of a group over the square of the mean.
struct Recipe {
  double rate = 0;
  double together = 0;
};
Recipe by_recipe(std::size_t steps) {
  Recipe result;
  constexpr std::size_t inputs = 20, bin = 100;
  std::vector<std::size_t> ready(inputs, 0);
  double s = 0, square = 0, pairs = 0;
  std::vector<float> draws(inputs + 1);
  for (std::size_t first = 0; first + bin <= steps; first += bin) {
    double count = 0;
    std::vector<double> counts(inputs, 0.0);
    for (std::size_t t = first; t < first + bin; ++t) {
      base::fill_uniform({99, base::Purpose::inputs, 0, static_cast<std::uint32_t>(t)}, std::span<float>(draws));
      const double r = static_cast<double>(draws[inputs]) - 0.5;
      s = r - (r - s) * std::exp(-1e-4 / 0.05);
      const double p = 5 * 1e-4 + std::max(0.0, 500 * 1e-4 * s) / 0.03;
      for (std::size_t i = 0; i < inputs; ++i) {
        if (static_cast<double>(draws[i]) >= p || ready[i] > t) continue;
        ready[i] = t + 50;
        ++counts[i];
        ++count;
      }
    }
    result.rate += count;
    for (const double each : counts) square += each * each;
    pairs += count * count;
  }
  const double bins = static_cast<double>(steps / bin);
  const double mean = result.rate / bins / inputs;
  result.together = (pairs - square) / bins / (inputs * (inputs - 1)) / (mean * mean);
  result.rate = mean / (bin * 1e-4);
  return result;
}

TEST(GroupedInputs, have_the_rates_and_correlations_of_the_recipe) {
  const SpikingTrial trial = make_spikes(GroupedInputs{}, {.seed = 1, .trial = 7, .steps = minute});
  ASSERT_EQ(trial.excitation.spikes.inputs, 800U);
  ASSERT_EQ(trial.inhibition.spikes.inputs, 200U);
  ASSERT_EQ(trial.excitation.spikes.steps(), minute);
  const Recipe recipe = by_recipe(2 * minute);
  const double excitation = static_cast<double>(trial.excitation.spikes.sources.size()) / 60 / 800;
  const double inhibition = static_cast<double>(trial.inhibition.spikes.sources.size()) / 60 / 200;
  // Eight signals of a minute, each about 600 times as long as its correlation: 2 %; the recipe's own two minutes: 4 %.
  EXPECT_NEAR(excitation / recipe.rate, 1, 0.1) << recipe.rate;
  EXPECT_NEAR(inhibition / excitation, 1, 0.01);

  // Counts in bins of 10 ms: within a group together, between groups independent.
  constexpr std::size_t bin = 100;
  std::vector<std::vector<double>> groups(8, std::vector<double>(minute / bin, 0.0));
  std::vector<double> squares(8, 0.0);
  const auto spikes = by_input(trial.excitation.spikes);
  for (std::size_t j = 0; j < spikes.size(); ++j) {
    std::vector<double> own(minute / bin, 0.0);
    for (const std::uint32_t t : spikes[j]) ++own[t / bin];
    for (std::size_t b = 0; b < own.size(); ++b) {
      groups[j / 100][b] += own[b];
      squares[j / 100] += own[b] * own[b];
    }
  }
  const auto product = [&](std::size_t g, std::size_t h) {
    double sum = 0;
    for (std::size_t b = 0; b < groups[g].size(); ++b) sum += groups[g][b] * groups[h][b];
    return sum / static_cast<double>(groups[g].size());
  };
  const auto mean = [&](std::size_t g) {
    double sum = 0;
    for (const double each : groups[g]) sum += each;
    return sum / static_cast<double>(groups[g].size());
  };
  double within = 0, between = 0;
  for (std::size_t g = 0; g < 8; ++g) {
    const double pairs = product(g, g) - squares[g] / static_cast<double>(minute / bin);
    within += pairs / (100 * 99) / (mean(g) / 100 * mean(g) / 100) / 8;
    between += product(g, (g + 1) % 8) / mean(g) / mean((g + 1) % 8) / 8;
  }
  EXPECT_NEAR(within / recipe.together, 1, 0.1) << recipe.together;
  EXPECT_NEAR(between, 1, 0.1);
}

TEST(GroupedInputs, rest_for_the_refractory_period) {
  for (const double refractory : {0.005, 0.0}) {
    GroupedInputs options;
    options.refractory.value = refractory;
    const SpikingTrial trial = make_spikes(options, {.seed = 1, .trial = 7, .steps = 50000});
    std::uint32_t shortest = 1000;
    for (const auto& own : by_input(trial.inhibition.spikes)) {
      for (std::size_t i = 1; i < own.size(); ++i) shortest = std::min(shortest, own[i] - own[i - 1]);
    }
    EXPECT_EQ(shortest, refractory > 0 ? 50U : 1U);
  }
}

/// Without a signal an interval is the refractory period and a geometric number of steps, whatever its length.
TEST(GroupedInputs, have_geometric_intervals_after_the_refractory_period) {
  for (const std::uint32_t rests : {50U, 9000U}) {
    GroupedInputs options{.groups = 1, .excitatory = 200, .inhibitory = 100, .background = {100}, .peak = {0}};
    options.refractory.value = rests * 1e-4;
    const SpikingTrial trial = make_spikes(options, {.seed = 3, .trial = 1, .steps = 2 * minute});
    double count = 0, sum = 0, squares = 0;
    for (const SpikeTrains* each : {&trial.excitation.spikes, &trial.inhibition.spikes}) {
      for (const auto& own : by_input(*each)) {
        for (std::size_t i = 1; i < own.size(); ++i) {
          ASSERT_GE(own[i], own[i - 1] + rests);
          const double waited = own[i] - own[i - 1] - rests;
          ++count;
          sum += waited;
          squares += waited * waited;
        }
      }
    }
    const double p = 0.01, mean = (1 - p) / p, variance = (1 - p) / (p * p);
    EXPECT_GT(count, 30000);
    EXPECT_NEAR(sum / count, mean, 4 * std::sqrt(variance / count));
    EXPECT_NEAR((squares / count - mean * mean) / variance, 1, 4 * std::sqrt(8 / count));  // kurtosis 9
  }
}

TEST(GroupedInputs, tune_excitation_to_the_preferred_group) {
  const SpikingTrial trial = make_spikes(GroupedInputs{}, {.seed = 1, .trial = 7, .steps = 10});
  for (std::size_t j = 0; j < 800; ++j) {
    const double distance = static_cast<double>(j / 100) + 1 - 5;
    const double noise = trial.excitation.weights[j] - 0.3 - 1.1 / (1 + std::pow(distance, 4));
    EXPECT_GT(noise, 0);
    EXPECT_LT(noise, 0.1);
  }
  EXPECT_EQ(trial.inhibition.weights, std::vector<double>(200, 0.1));
}

TEST(PoissonInputs, spike_independently_at_their_rate) {
  const PoissonInputs options{.excitatory_rate = {10}, .inhibitory_rate = {40}};
  const SpikingTrial trial = make_spikes(options, {.seed = 5, .trial = 2, .steps = minute});
  for (const auto& [input, expected] : {std::pair{&trial.excitation, 10.0}, {&trial.inhibition, 40.0}}) {
    const auto spikes = by_input(input->spikes);
    const double count = static_cast<double>(input->spikes.sources.size());
    const double wanted = expected * 60 * static_cast<double>(spikes.size());
    EXPECT_NEAR(count, wanted, 4 * std::sqrt(wanted));
    double spread = 0, gaps = 0, squares = 0, intervals = 0;
    for (const auto& own : spikes) {
      spread += (static_cast<double>(own.size()) - expected * 60) * (static_cast<double>(own.size()) - expected * 60);
      for (std::size_t i = 1; i < own.size(); ++i) {
        const double gap = own[i] - own[i - 1];
        gaps += gap;
        squares += gap * gap;
        ++intervals;
      }
    }
    EXPECT_NEAR(spread / static_cast<double>(spikes.size()) / (expected * 60), 1, 0.25) << "variance of the counts";
    const double mean = gaps / intervals;
    EXPECT_NEAR(squares / intervals / (mean * mean), 2, 0.05) << "geometric intervals";
  }
  EXPECT_TRUE(make_spikes(PoissonInputs{.excitatory_rate = {0}}, {.steps = 100}).excitation.spikes.sources.empty());
}

TEST(PoissonInputs, change_their_excitatory_rate_when_asked_to) {
  const PoissonInputs steady{.excitatory_rate = {10}};
  PoissonInputs stepping = steady;
  stepping.step_at = {20};
  stepping.step_rate = {15};
  const SpikeRequest request{.seed = 5, .trial = 2, .steps = minute};
  const SpikeTrains before = make_spikes(steady, request).excitation.spikes;
  const SpikingTrial trial = make_spikes(stepping, request);
  const SpikeTrains& after = trial.excitation.spikes;
  const std::size_t change = 200'000;
  ASSERT_TRUE(std::equal(before.first.begin(), before.first.begin() + change, after.first.begin()));
  EXPECT_TRUE(std::equal(before.sources.begin(), before.sources.begin() + before.first[change], after.sources.begin()));
  const double wanted = 15 * 40 * 800, inhibition = 10 * 60 * 200;
  EXPECT_NEAR(static_cast<double>(after.sources.size() - after.first[change]), wanted, 4 * std::sqrt(wanted));
  EXPECT_NEAR(static_cast<double>(trial.inhibition.spikes.sources.size()), inhibition, 4 * std::sqrt(inhibition));
}

TEST(PoissonInputs, may_be_many_and_spike_in_every_third_step) {
  const PoissonInputs options{
      .excitatory = 30000, .inhibitory = 30001, .excitatory_rate = {3000}, .inhibitory_rate = {9900}};
  const SpikingTrial trial = make_spikes(options, {.seed = 5, .trial = 2, .steps = 50});
  for (const auto& [input, p] : {std::pair{&trial.excitation, 0.3}, {&trial.inhibition, 0.99}}) {
    const auto counted = static_cast<double>(input->spikes.sources.size());
    const double draws = 50 * static_cast<double>(input->spikes.inputs);
    EXPECT_NEAR(counted / draws, p, 4 * std::sqrt(p * (1 - p) / draws));
    for (const auto& own : by_input(input->spikes)) EXPECT_EQ(std::adjacent_find(own.begin(), own.end()), own.end());
  }
}

/// Slow ones too, where a step's hazard is a fraction of the unit it is counted in.
TEST(PoissonInputs, may_be_slow) {
  const PoissonInputs options{.excitatory = 4000, .excitatory_rate = {0.002}, .inhibitory_rate = {500}};
  const SpikingTrial trial = make_spikes(options, {.seed = 5, .trial = 2, .steps = 5 * minute});
  const double wanted = 0.002 * 5 * 60 * 4000;
  EXPECT_NEAR(static_cast<double>(trial.excitation.spikes.sources.size()), wanted, 4 * std::sqrt(wanted));
}

TEST(SpikeInputs, are_a_function_of_seed_and_trial_alone) {
  const GroupedInputs grouped{.groups = 3};
  const PoissonInputs poisson;
  const auto all = [&](const SpikeRequest& request) {
    return std::pair{make_spikes(grouped, request), make_spikes(poisson, request)};
  };
  const SpikeRequest request{.seed = 4, .trial = 9, .steps = 3000};
  const auto first = all(request);
  test::on_each_isa([&] {
    const auto again = all(request);
    EXPECT_TRUE(equal(again.first, first.first) && equal(again.second, first.second));
  });
  SpikeRequest shorter = request;
  shorter.steps = 1234;
  const auto begin = all(shorter);
  for (const auto& [part, whole] : {std::pair{&begin.first, &first.first}, {&begin.second, &first.second}}) {
    const auto& few = part->inhibition.spikes;
    EXPECT_TRUE(std::equal(few.sources.begin(), few.sources.end(), whole->inhibition.spikes.sources.begin()));
    EXPECT_TRUE(std::equal(few.first.begin(), few.first.end(), whole->inhibition.spikes.first.begin()));
  }
  for (const SpikeRequest& other :
       {SpikeRequest{.seed = 5, .trial = 9, .steps = 3000}, {.seed = 4, .trial = 10, .steps = 3000}}) {
    EXPECT_FALSE(equal(all(other).first.excitation.spikes, first.first.excitation.spikes));
    EXPECT_FALSE(equal(all(other).second.excitation.spikes, first.second.excitation.spikes));
  }
}

}  // namespace
}  // namespace carve::task
