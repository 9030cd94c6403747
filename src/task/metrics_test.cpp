// What metrics say of weights whose worth is known.
#include <cmath>

#include <gtest/gtest.h>

#include "carve/task/metrics.hpp"
#include "carve/task/test_support.hpp"

namespace carve::task {
namespace {

/// The metric of this name for weights on a trial; fails where there is none.
double value_of(const std::string& name, const network::RateNetwork& network, const Trial& trial,
                const std::vector<double>& weights) {
  const auto loss = test::make<Loss>(principal_components_loss, LossContext{.network = network}, {});
  for (const Metric& each : metrics(network, *loss)) {
    if (each.name == name) return each.value({.trial = trial, .weights = weights});
  }
  ADD_FAILURE() << "no metric " << name;
  return 0;
}

/// Samples along the axes of the plane, four times the variance along the first, and a little along the third.
Trial axes() {
  Trial trial;
  trial.samples.components = {1, 0, 0, 0, 1, 0};
  for (const float sign : {1.0F, -1.0F}) {
    for (const auto& each : {std::array{2 * sign, 0.0F, 0.0F}, {0.0F, sign, 0.0F}, {0.0F, 0.0F, sign / 2}})
      trial.samples.values.insert(trial.samples.values.end(), each.begin(), each.end());
  }
  return trial;
}

const network::RateNetwork plain{.inputs = 3, .outputs = 2};

TEST(Metrics, of_the_components_themselves_are_perfect) {
  const std::vector<double> weights{-3, 0, 0, 0, 0.1, 0};
  EXPECT_EQ(value_of("alignment", plain, axes(), weights), 1);
  EXPECT_EQ(value_of("worst_alignment", plain, axes(), weights), 1);
  EXPECT_NEAR(value_of("explained_variance", plain, axes(), weights), 1, 1e-15);
  EXPECT_NEAR(value_of("correlation", plain, axes(), weights), 0, 1e-15);
}

TEST(Metrics, by_hand) {
  const std::vector<double> weights{0.6, 0.8, 0, 0, 0, 2};
  EXPECT_NEAR(value_of("alignment", plain, axes(), weights), 0.3, 1e-15);
  EXPECT_EQ(value_of("worst_alignment", plain, axes(), weights), 0);
  // Captured: 4 * 0.36 + 1 * 0.64 + 0.25 of 4 + 1.
  EXPECT_NEAR(value_of("explained_variance", plain, axes(), weights), (1.44 + 0.64 + 0.25) / 5, 1e-15);
  EXPECT_NEAR(value_of("correlation", plain, axes(), {1, 1, 0, 1, -1, 0}), 0.6, 1e-15);  // (4 - 1) / (4 + 1)
  EXPECT_EQ(value_of("alignment", plain, axes(), std::vector<double>(6, 0.0)), 0);
  EXPECT_EQ(value_of("explained_variance", plain, axes(), std::vector<double>(6, 0.0)), 0);
}

TEST(Metrics, of_symmetric_networks_take_responses_in_any_order) {
  const network::RateNetwork symmetric{.inputs = 3, .outputs = 2, .lateral = network::Lateral::symmetric};
  // Rows (0, 1) and (1, 0.5) with u_10 = -0.5: the second response is (1, 0).
  const std::vector<double> weights{0, 1, 0, 1, 0.5, 0, 0, -0.5};
  EXPECT_NEAR(value_of("worst_alignment", symmetric, axes(), weights), 1, 1e-15);
  EXPECT_NEAR(value_of("alignment", plain, axes(), {0, 1, 0, 1, 0.5, 0}), 0.5 / std::sqrt(1.25) / 2, 1e-15);
}

TEST(Metrics, of_one_output_are_those_that_make_sense) {
  const network::RateNetwork one{.inputs = 3};
  const auto loss = test::make<Loss>(principal_components_loss, LossContext{.network = one}, {});
  std::vector<std::string> names;
  for (const Metric& each : metrics(one, *loss)) names.push_back(each.name);
  EXPECT_EQ(names, (std::vector<std::string>{"alignment", "explained_variance"}));
}

}  // namespace
}  // namespace carve::task
