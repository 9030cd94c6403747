// Outputs for many samples at once are the network's own; correlations by hand.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/base/random.hpp"
#include "carve/task/activity.hpp"
#include "carve/task/test_support.hpp"

namespace carve::task {
namespace {

template <class T>
std::vector<T> normals(std::size_t count, std::uint64_t seed) {
  std::vector<T> values(count);
  base::fill_normal({seed, base::Purpose::inputs, 0, 0}, std::span<T>(values));
  return values;
}

TEST(Activity, is_what_the_network_says_sample_by_sample) {
  for (const auto lateral : {network::Lateral::none, network::Lateral::hierarchical, network::Lateral::symmetric}) {
    for (const auto activation :
         {network::Activation::linear, network::Activation::rectified, network::Activation::tanh}) {
      if (lateral == network::Lateral::symmetric && activation != network::Activation::linear) continue;
      for (const std::int64_t outputs : {1, 2, 5, 11}) {
        const network::RateNetwork network{
            .inputs = 7, .outputs = outputs, .lateral = lateral, .activation = activation};
        std::vector<double> weights = normals<double>(network.weight_count(), 1);
        for (double& each : weights) each *= 0.3;
        const std::vector<float> samples = normals<float>(7 * 37, 2);
        const std::vector<double> found = activity(network, weights, samples);
        const auto count = static_cast<std::size_t>(outputs);
        ASSERT_EQ(found.size(), 37 * count);
        for (std::size_t t = 0; t < 37; ++t) {
          const std::vector<double> x(samples.begin() + static_cast<std::ptrdiff_t>(7 * t),
                                      samples.begin() + static_cast<std::ptrdiff_t>(7 * t + 7));
          const std::vector<double> y = network::outputs_for(network, weights, x);
          for (std::size_t i = 0; i < count; ++i) EXPECT_NEAR(found[t * count + i], y[i], 1e-12);
        }
      }
    }
  }
}

TEST(Activity, has_the_same_bits_on_every_instruction_set) {
  const std::vector<double> rows = normals<double>(9 * 13, 3);
  const std::vector<float> samples = normals<float>(13 * 70, 4);
  const std::vector<double> first = project(rows, 13, samples);
  test::on_each_isa([&] { EXPECT_EQ(project(rows, 13, samples), first); });
}

TEST(Correlation, by_hand) {
  // y1 = (1, 2, 3), y2 = (1, 3, 2): correlation 1/2. y3 = -y1: correlations -1 and -1/2.
  EXPECT_NEAR(mean_squared_correlation(std::vector<double>{1, 1, 2, 3, 3, 2}, 2), 0.25, 1e-15);
  EXPECT_NEAR(mean_squared_correlation(std::vector<double>{1, 1, -1, 2, 3, -2, 3, 2, -3}, 3), (0.25 + 1 + 0.25) / 3,
              1e-15);
  EXPECT_EQ(mean_squared_correlation(std::vector<double>{1, 2, 3}, 1), 0);
}

TEST(Correlation, of_an_output_that_says_nothing_is_full) {
  EXPECT_EQ(mean_squared_correlation(std::vector<double>{1, 0, 2, 0, 3, 0}, 2), 1);
  EXPECT_EQ(mean_squared_correlation(std::vector<double>{1, 0.1, 2, 0.1, 3, 0.1}, 2), 1);  // rounding is no variance
  EXPECT_EQ(mean_squared_correlation(std::vector<double>(6, 0.0), 2), 1);
  for (const double odd : {std::numeric_limits<double>::infinity(), std::nan(""), 1e300})
    EXPECT_EQ(mean_squared_correlation(std::vector<double>{1, 0, 2, odd, 3, 1}, 2), 1);
}

RC_GTEST_PROP(Correlation, ignores_scale_sign_shift_and_order, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const std::vector<double> outputs = normals<double>(3 * 20, seed);
  std::vector<double> other(outputs.size());
  for (std::size_t t = 0; t < 20; ++t) {
    other[3 * t + 2] = -1e-5 * outputs[3 * t];
    other[3 * t] = 1e5 * outputs[3 * t + 1] + 1e4;
    other[3 * t + 1] = outputs[3 * t + 2];
  }
  const double value = mean_squared_correlation(outputs, 3);
  RC_ASSERT(value >= 0 && value <= 1);
  RC_ASSERT(std::abs(mean_squared_correlation(other, 3) - value) < 1e-9);
}

}  // namespace
}  // namespace carve::task
