// Synapses are drawn as declared: how many, where, with which weights, and the same for everybody.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/network/recurrent/synapses.hpp"

namespace carve::network {
namespace {

RecurrentNetwork two_populations(std::size_t from, std::size_t to, double probability) {
  return {.populations = {{"A", from, Transmitter::excitatory, {}}, {"B", to, Transmitter::excitatory, NeuronModel{}}},
          .projections = {{0, 1, probability, 0.1, 0.5, {}}, {1, 1, probability, 0.2, 0.2, {}}}};
}

TEST(Synapses, are_independent_with_the_declared_probability) {
  for (const double p : {0.02, 0.3, 0.9}) {
    const std::size_t from = 400, to = 500;
    const Synapses found = draw_synapses(two_populations(from, to, p), 3, 1)[0];
    const double pairs = static_cast<double>(from * to);
    EXPECT_NEAR(static_cast<double>(found.count()), p * pairs, 4 * std::sqrt(p * (1 - p) * pairs)) << p;
    // Rows and columns are binomial: the variance over them, within 4 standard errors of a variance.
    std::vector<double> columns(to), rows;
    for (std::size_t j = 0; j < from; ++j) {
      rows.push_back(static_cast<double>(found.row(j).size()));
      for (const std::uint16_t i : found.row(j)) columns[i] += 1;
    }
    for (const auto& [counts, n] : {std::pair{rows, to}, std::pair{columns, from}}) {
      const double mean = p * static_cast<double>(n);
      double variance = 0;
      for (const double each : counts) variance += (each - mean) * (each - mean) / static_cast<double>(counts.size());
      EXPECT_NEAR(variance / (mean * (1 - p)), 1, 4 * std::sqrt(2.0 / static_cast<double>(counts.size()))) << p;
    }
    double sum = 0, squares = 0;
    found.for_each([&](std::size_t, std::size_t s) {
      ASSERT_GE(found.weights[s], 0.1);
      ASSERT_LE(found.weights[s], 0.5);
      sum += found.weights[s];
      squares += found.weights[s] * found.weights[s];
    });
    const auto count = static_cast<double>(found.count());
    EXPECT_NEAR(sum / count, 0.3, 4 * 0.4 / std::sqrt(12 * count));
    EXPECT_NEAR(squares / count - sum * sum / count / count, 0.16 / 12, 0.1 * 0.16 / 12);
  }
}

RC_GTEST_PROP(Synapses, of_receptive_fields_reach_those_across, ()) {
  const auto from = *rc::gen::inRange<std::size_t>(1, 60);
  const auto to = *rc::gen::inRange<std::size_t>(1, 200);
  RecurrentNetwork network = two_populations(from, to, 1);
  const double field = *rc::gen::inRange(0, 101) / 100.0;
  network.projections[0].receptive_field = field;
  const Synapses found = draw_synapses(network, 1, 2)[0];
  const auto expected = static_cast<std::size_t>(std::llround(field * static_cast<double>(to)));
  for (std::size_t j = 0; j < from; ++j) {
    const auto row = found.row(j);
    RC_ASSERT(row.size() == expected);
    RC_ASSERT(std::is_sorted(row.begin(), row.end()));
    for (const std::uint16_t i : row) {
      // Distance on the ring from the place across, in targets.
      const double across = (static_cast<double>(j) + 0.5) / static_cast<double>(from) * static_cast<double>(to);
      const double straight = std::abs(i + 0.5 - across);
      RC_ASSERT(std::min(straight, static_cast<double>(to) - straight) <= 0.5 * static_cast<double>(expected) + 1);
    }
  }
}

RC_GTEST_PROP(Synapses, lie_in_rows_that_kernels_can_walk, ()) {
  const auto from = *rc::gen::inRange<std::size_t>(0, 60);
  const auto to = *rc::gen::inRange<std::size_t>(1, 200);
  const double p = *rc::gen::element(0.0, 0.001, 0.1, 0.5, 1.0);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto all = draw_synapses(two_populations(from, to, p), seed, 2);
  for (std::size_t c = 0; c < 2; ++c) {
    const Synapses& each = all[c];
    RC_ASSERT(each.sources == (c == 0 ? from : to));
    RC_ASSERT(each.first.size() == each.sources + 1);
    RC_ASSERT(each.places() == each.first.back());
    for (std::size_t j = 0; j < each.sources; ++j) {
      RC_ASSERT(each.first[j] % Synapses::row_unit == 0U);
      const auto row = each.row(j);
      RC_ASSERT(each.first[j] + row.size() <= each.first[j + 1]);
      RC_ASSERT(each.first[j] + row.size() + Synapses::row_unit > each.first[j + 1]);
      for (std::size_t k = 0; k < row.size(); ++k) {
        RC_ASSERT(row[k] < to);
        if (k > 0) RC_ASSERT(row[k] > row[k - 1]);  // RC_ASSERT evaluates both sides of ||
        RC_ASSERT(c == 0 || row[k] != j);
      }
      for (std::size_t s = each.first[j] + row.size(); s < each.first[j + 1]; ++s) {
        RC_ASSERT(each.targets[s] >= to && each.targets[s] < target_places(to));
        if (s > each.first[j] + row.size()) RC_ASSERT(each.targets[s] > each.targets[s - 1]);
      }
      if (p == 1.0) RC_ASSERT(row.size() == to - (c == 1 ? 1 : 0));
    }
    if (p == 0.0) RC_ASSERT(each.count() == 0U);
    RC_ASSERT(each.weights.size() == (c == 1 ? 0 : each.places()));
  }
}

RC_GTEST_PROP(Synapses, are_the_same_by_target, ()) {
  const auto to = *rc::gen::inRange<std::size_t>(1, 60);
  const auto all =
      draw_synapses(two_populations(*rc::gen::inRange<std::size_t>(1, 60), to, *rc::gen::element(0.1, 1.0)),
                    *rc::gen::arbitrary<std::uint64_t>(), 2);
  for (const Synapses& each : all) {
    const Synapses copy = each;
    const Incoming& found = copy.incoming(to);
    RC_ASSERT(&found == &each.incoming(to));
    RC_ASSERT(found.first.size() == to + 1);
    std::vector<std::size_t> visits(each.places(), 0);
    for (std::size_t i = 0; i < to; ++i) {
      RC_ASSERT(found.first[i] % Synapses::row_unit == 0U);
      for (std::size_t s = found.first[i]; s < found.first[i + 1]; ++s) {
        const std::size_t place = found.places[s];
        if (place >= each.places()) {
          RC_ASSERT(place < each.places() + Synapses::row_unit && found.sources[s] == each.sources);
          continue;
        }
        ++visits[place];
        RC_ASSERT(each.targets[place] == i);
        RC_ASSERT(place >= each.first[found.sources[s]] && place < each.first[found.sources[s] + 1]);
      }
    }
    each.for_each([&](std::size_t, std::size_t s) { RC_ASSERT(visits[s] == 1U); });
  }
}

TEST(Synapses, are_functions_of_seed_and_trial) {
  const auto one = draw_synapses(two_populations(50, 300, 0.1), 7, 1);
  EXPECT_EQ(one[0].targets, draw_synapses(two_populations(50, 300, 0.1), 7, 1)[0].targets);
  EXPECT_NE(one[0].targets, draw_synapses(two_populations(50, 300, 0.1), 8, 1)[0].targets);
  EXPECT_NE(one[0].targets, draw_synapses(two_populations(50, 300, 0.1), 7, 2)[0].targets);
  const auto more = draw_synapses(two_populations(80, 300, 0.1), 7, 1);
  for (std::size_t j = 0; j < 50; ++j)
    EXPECT_TRUE(std::equal(one[0].row(j).begin(), one[0].row(j).end(), more[0].row(j).begin(), more[0].row(j).end()));
}

TEST(StandardNetworks, have_the_synapses_of_the_full_size_at_any_size) {
  const auto synapses_per_target = [](const RecurrentNetwork& network, std::size_t c) {
    const Projection& each = network.projections[c];
    return each.probability * static_cast<double>(network.populations[each.from].size);
  };
  const RecurrentNetwork tif = tif_network(), small_tif = tif_network({1600, 400, 1000});
  const RecurrentNetwork adaptive = adaptive_network(), small_adaptive = adaptive_network({1000, 250, 1200});
  const std::vector<double> expected_tif{160, 160, 40, 40, 250, 250};
  const std::vector<double> expected_adaptive{409.6, 409.6, 102.4, 102.4, 250, 250};
  for (std::size_t c = 0; c < 6; ++c) {
    EXPECT_NEAR(synapses_per_target(tif, c), expected_tif[c], 1e-9);
    EXPECT_NEAR(synapses_per_target(small_tif, c), expected_tif[c], 1e-9);
    EXPECT_NEAR(synapses_per_target(adaptive, c), expected_adaptive[c], 1e-9);
    EXPECT_NEAR(synapses_per_target(small_adaptive, c), expected_adaptive[c], 1e-9);
  }
  EXPECT_EQ(tif.name_of(tif.projections[2]), "I->E");
}

}  // namespace
}  // namespace carve::network
