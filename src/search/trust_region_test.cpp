#include "carve/search/trust_region.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace carve::search {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// sum w ln (w count).
double relative_entropy(const std::vector<double>& weights, double count) {
  double sum = 0;
  for (const double weight : weights) sum += weight > 0 ? weight * std::log(weight * count) : 0;
  return sum;
}

RC_GTEST_PROP(Reweigh, uses_the_whole_bound_at_a_temperature_and_no_more, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(2, 60);
  const double unit = *rc::gen::element(1e-280, 1e-9, 1.0, 1e12, 1e300);
  const double offset = unit * *rc::gen::element(0, -1000, 3);
  std::vector<double> losses;
  for (std::size_t i = 0; i < count; ++i) losses.push_back(offset + unit * 1e-3 * *rc::gen::inRange(0, 4000));
  const double bound = *rc::gen::element(1e-4, 0.1, 1.0, 3.0);
  const Reweighting made = reweigh(losses, bound);
  const double total = std::accumulate(made.weights.begin(), made.weights.end(), 0.0);
  RC_ASSERT(std::abs(total - 1) < 1e-12);
  const double entropy = relative_entropy(made.weights, static_cast<double>(count));
  RC_ASSERT(entropy <= bound * (1 + 1e-9) + 1e-12);
  const double least = *std::min_element(losses.begin(), losses.end());
  const auto best = static_cast<double>(std::count(losses.begin(), losses.end(), least));
  const double most = std::log(static_cast<double>(count) / best);  // all the weight on the best
  RC_ASSERT(entropy >= std::min(0.999 * bound, most - 0.01) - 1e-12);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < count; ++k) RC_ASSERT(losses[i] > losses[k] || made.weights[i] >= made.weights[k]);
  }
}

// The dual g(t) = t bound + t ln mean exp(-L / t) is least at the temperature found.
TEST(Reweigh, finds_the_least_of_the_dual) {
  const std::vector<double> losses = {0.3, 1.7, 0.9, 2.2, 0.35, 5.0};
  for (const double bound : {0.05, 0.3, 0.9}) {
    const auto dual = [&](double t) {
      double sum = 0;
      for (const double loss : losses) sum += std::exp(-loss / t) / 6;
      return t * bound + t * std::log(sum);
    };
    const double t = reweigh(losses, bound).temperature;
    EXPECT_LT(dual(t), dual(0.98 * t)) << bound;
    EXPECT_LT(dual(t), dual(1.02 * t)) << bound;
  }
}

TEST(Reweigh, gives_nothing_to_what_failed) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Reweighting made = reweigh(std::vector{infinity, 1.0, nan, 2.0, -infinity}, 0.1);
  EXPECT_EQ(made.weights[0], 0);
  EXPECT_EQ(made.weights[2], 0);
  EXPECT_EQ(made.weights[4], 0);
  EXPECT_GT(made.weights[1], made.weights[3]);
  EXPECT_NEAR(relative_entropy({made.weights[1], made.weights[3]}, 2), 0.1, 1e-4);
}

TEST(Reweigh, cannot_tell_equal_losses_apart_nor_overflow) {
  const Reweighting equal = reweigh(std::vector{3.0, 3.0, infinity, 3.0}, 0.1);
  EXPECT_EQ(equal.weights, (std::vector{1.0 / 3, 1.0 / 3, 0.0, 1.0 / 3}));
  const Reweighting far = reweigh(std::vector{-1.7e308, 0.0, 1.7e308}, 0.1);
  EXPECT_NEAR(relative_entropy(far.weights, 3), 0.1, 1e-3);
  EXPECT_EQ(reweigh(std::vector{5.0}, 0.1).weights, std::vector{1.0});
}

TEST(MeanStep, ends_on_the_bound) {
  const std::vector<double> z = {3, 4};
  EXPECT_EQ(mean_step(z, 12.5), 1);
  const double s = mean_step(z, 2);
  EXPECT_NEAR(0.5 * s * s * 25, 2, 1e-14);
}

Triangle diagonal(const std::vector<double>& values) {
  Triangle made(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) made.column(i)[0] = values[i];
  return made;
}

TEST(CovarianceDivergence, is_the_closed_form_of_diagonals) {
  const std::vector<double> m = {0.25, 1, 3};
  for (const double t : {0.0, 0.3, 1.0}) {
    double expected = 0;
    for (const double each : m) {
      const double c = 1 - t + t * each;
      expected += 0.5 * (1 / c - 1 + std::log(c));
    }
    Triangle factor;
    EXPECT_NEAR(covariance_divergence(diagonal(m), t, factor), expected, 1e-14);
    EXPECT_NEAR(factor.diagonal(2), std::sqrt(1 + 2 * t), 1e-15);
  }
}

// A plane's gaussian against the textbook's formula, with the inverse written out.
TEST(CovarianceDivergence, is_the_closed_form_of_a_plane) {
  Triangle moments(2);
  moments.values = {2, 0.7, 0.5};
  Triangle factor;
  const double determinant = 2 * 0.5 - 0.7 * 0.7;
  EXPECT_NEAR(covariance_divergence(moments, 1, factor), 0.5 * (2.5 / determinant - 2 + std::log(determinant)), 1e-14);
}

RC_GTEST_PROP(CovarianceStep, ends_just_within_the_bound, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(1, 8);
  const auto samples = *rc::gen::inRange<std::size_t>(0, 12);  // fewer than n: singular
  Triangle moments(n);
  for (std::size_t k = 0; k < samples; ++k) {
    std::vector<double> z;
    for (std::size_t i = 0; i < n; ++i) z.push_back(1e-2 * *rc::gen::inRange(-300, 300));
    for (std::size_t j = 0; j < n; ++j) add_scaled(n - j, z[j] / 4, z.data() + j, moments.column(j));
  }
  const double bound = *rc::gen::element(1e-6, 0.02, 1.0, 50.0);
  Triangle factor, other;
  const double t = covariance_step(moments, bound, factor);
  RC_ASSERT(t > 0 && t <= 1);
  const double divergence = covariance_divergence(moments, t, other);
  RC_ASSERT(other.values == factor.values);
  RC_ASSERT(divergence <= bound);
  RC_ASSERT(t == 1 || divergence >= 0.99 * bound);
}

}  // namespace
}  // namespace carve::search
