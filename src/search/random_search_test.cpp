#include "carve/search/random_search.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "carve/search/test_problems.hpp"

namespace carve::search {
namespace {

using namespace test;

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(RandomSearch, is_uniform_within_bounds_and_normal_without) {
  Problem wanted = problem(3, 5);
  wanted.coordinates[0] = {.initial = 0, .lower = -2, .upper = 6};
  wanted.coordinates[1].scale = 2;
  wanted.coordinates[2].lower = 5;
  constexpr std::size_t count = 20'000;
  const Candidates asked = make_random({.population = count, .spread = 1.5}, wanted)->ask();
  double sums[2] = {0, 0}, squares[2] = {0, 0}, at_bound = 0;
  for (std::size_t k = 0; k < count; ++k) {
    ASSERT_TRUE(asked[k][0] > -2 && asked[k][0] < 6 && asked[k][2] >= 5);
    for (std::size_t i = 0; i < 2; ++i) sums[i] += asked[k][i], squares[i] += asked[k][i] * asked[k][i];
    at_bound += asked[k][2] == 5;
  }
  const auto mean = [&](std::size_t i) { return sums[i] / count; };
  const auto deviation = [&](std::size_t i) { return std::sqrt(squares[i] / count - mean(i) * mean(i)); };
  EXPECT_NEAR(mean(0), 2, 0.06);
  EXPECT_NEAR(deviation(0), 8 / std::sqrt(12), 0.05);
  EXPECT_NEAR(mean(1), 5, 0.08);
  EXPECT_NEAR(deviation(1), 3, 0.08);
  EXPECT_NEAR(at_bound / count, 0.5, 0.02);
}

TEST(RandomSearch, remembers_the_best) {
  const auto search = make_random({.population = 8}, problem(2, 1));
  EXPECT_EQ(search->best_guess(), (std::vector<double>{1, 1}));
  double best = infinity;
  for (int i = 0; i < 20; ++i) {
    best = std::min(best, step(*search, sphere));
    EXPECT_EQ(sphere(search->best_guess()), best);
    EXPECT_EQ(search->progress().loss, best);
  }
  EXPECT_EQ(search->progress().evaluations, 160u);
}

}  // namespace
}  // namespace carve::search
