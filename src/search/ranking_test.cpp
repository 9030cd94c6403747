#include "carve/search/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace carve::search {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Ranking, puts_failures_last_and_keeps_the_order_of_ties) {
  const std::vector<double> losses = combine(std::vector{2.0, nan, 1.0, 2.0, infinity, -infinity, 1.0}, {});
  EXPECT_EQ(rank(losses), (std::vector<std::size_t>{2, 6, 0, 3, 1, 4, 5}));
}

TEST(Ranking, takes_the_mean_of_two_measurements) {
  const double huge = std::numeric_limits<double>::max();
  EXPECT_EQ(combine(std::vector{1.0, 2.0, huge}, std::vector{3.0, nan, huge}), (std::vector{2.0, infinity, huge}));
}

/// The measure as the paper writes it, with every set made explicitly. For distinct losses.
double uncertainty_by_the_book(const std::vector<double>& first, const std::vector<double>& second, double theta) {
  const double lambda = static_cast<double>(first.size());
  std::vector<double> all = first;
  all.insert(all.end(), second.begin(), second.end());
  std::sort(all.begin(), all.end());
  const auto rank_of = [&](double loss) {
    return double(std::lower_bound(all.begin(), all.end(), loss) - all.begin() + 1);
  };
  const auto limit = [&](double r) {
    std::vector<double> distances;
    for (int k = 1; k <= 2 * static_cast<int>(first.size()) - 1; ++k) distances.push_back(std::abs(k - r));
    std::sort(distances.begin(), distances.end());
    const double position = std::max(0.0, theta / 2 * static_cast<double>(distances.size()) - 0.5);
    const auto below = static_cast<std::size_t>(position);
    return distances[below] + (position - double(below)) * (distances[below + 1] - distances[below]);
  };
  double sum = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double before = rank_of(first[i]), after = rank_of(second[i]);
    const double delta = after - before - (after > before ? 1 : -1);
    sum += 2 * std::abs(delta) - limit(after - (second[i] > first[i])) - limit(before - (first[i] > second[i]));
  }
  return sum / lambda;
}

RC_GTEST_PROP(Uncertainty, agrees_with_the_paper, ()) {
  const auto lambda = *rc::gen::inRange<std::size_t>(2, 40);
  const auto values = *rc::gen::unique<std::vector<int>>(2 * lambda, rc::gen::inRange(-100000, 100000));
  const std::vector<double> first(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(lambda));
  const std::vector<double> second(values.begin() + static_cast<std::ptrdiff_t>(lambda), values.end());
  const double theta = *rc::gen::element(0.1, 0.2, 0.5, 1.0);
  RC_ASSERT(std::abs(rank_uncertainty(first, second, theta) - uncertainty_by_the_book(first, second, theta)) < 1e-9);
}

TEST(Uncertainty, is_negative_for_equal_rankings_and_positive_for_reversed_ones) {
  std::vector<double> losses, reversed;
  for (int i = 0; i < 20; ++i) losses.push_back(i);
  reversed.assign(losses.rbegin(), losses.rend());
  EXPECT_LT(rank_uncertainty(losses, losses), 0);
  EXPECT_GT(rank_uncertainty(losses, reversed), 0);
  EXPECT_LE(rank_uncertainty(std::vector<double>(20, nan), std::vector<double>(20, nan)), 0);  // all alike
  EXPECT_EQ(rank_uncertainty({}, {}), 0);
}

}  // namespace
}  // namespace carve::search
