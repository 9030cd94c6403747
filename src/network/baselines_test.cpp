// Sanger's rule and similarity matching find what they are known to find.
#include <cmath>

#include <gtest/gtest.h>

#include "carve/base/random.hpp"
#include "carve/network/baseline.hpp"

namespace carve::network {
namespace {

constexpr std::size_t inputs = 12, outputs = 3, steps = 40000;

/// Independent samples whose variances fall along the axes, so that the axes are the principal components.
std::vector<float> samples() {
  std::vector<float> values(inputs * steps);
  base::fill_normal({.seed = 5, .purpose = base::Purpose::inputs}, std::span<float>(values));
  const float deviations[] = {1.0F, 0.8F, 0.6F};
  for (std::size_t i = 0; i < values.size(); ++i) values[i] *= i % inputs < 3 ? deviations[i % inputs] : 0.15F;
  return values;
}

std::vector<std::vector<double>> end_of(const BaselineComponent& component, std::vector<double> rates) {
  base::Table resolved;
  base::Diagnostics diagnostics;
  const RateNetwork network{.inputs = inputs, .outputs = outputs};
  const auto baseline = component.make({}, {}, {network}, resolved, diagnostics);
  EXPECT_TRUE(baseline) << diagnostics.render();
  std::vector<float> initial(inputs * outputs);
  base::fill_normal({.seed = 5, .purpose = base::Purpose::initial_weights}, std::span<float>(initial));
  for (float& w : initial) w *= 0.1F;
  const std::vector<float> x = samples();
  const std::size_t ends[] = {steps / 2, steps};
  return baseline->learn({x, initial, rates}, ends).back();
}

TEST(Sanger, finds_each_component_in_its_order) {
  const auto weights = end_of(sanger, {0.005}).front();
  for (std::size_t i = 0; i < outputs; ++i) {
    for (std::size_t j = 0; j < inputs; ++j)
      EXPECT_NEAR(std::abs(weights[i * inputs + j]), i == j ? 1 : 0, 0.08) << i << " " << j;
  }
}

TEST(SimilarityMatching, finds_an_orthonormal_basis_of_the_subspace) {
  const auto weights = end_of(similarity_matching, {0.002}).front();
  for (std::size_t a = 0; a < outputs; ++a) {
    double outside = 0;
    for (std::size_t j = outputs; j < inputs; ++j) outside += weights[a * inputs + j] * weights[a * inputs + j];
    EXPECT_LT(outside, 0.01);
    for (std::size_t b = 0; b < outputs; ++b) {
      double product = 0;
      for (std::size_t j = 0; j < inputs; ++j) product += weights[a * inputs + j] * weights[b * inputs + j];
      EXPECT_NEAR(product, a == b ? 1 : 0, 0.1) << a << " " << b;
    }
  }
}

TEST(Baselines, rates_side_by_side_do_not_disturb_each_other) {
  for (const BaselineComponent* each : baselines()) {
    const auto together = end_of(*each, {0.001, 1e3, 0.004});
    EXPECT_EQ(together[0], end_of(*each, {0.001}).front()) << each->name;
    EXPECT_EQ(together[2], end_of(*each, {0.004}).front()) << each->name;
    EXPECT_FALSE(std::isfinite(together[1][0]) && std::abs(together[1][0]) < 1e6) << each->name;
  }
}

}  // namespace
}  // namespace carve::network
