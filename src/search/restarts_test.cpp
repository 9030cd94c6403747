#include "carve/search/restarts.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "carve/search/test_problems.hpp"

namespace carve::search {
namespace {

TEST(Restarts, ipop_doubles_the_population_each_time) {
  RestartState state;
  for (std::uint64_t expected = 26; expected <= 13 * 64; expected *= 2) {
    const RunPlan plan = next_run(Restarts::ipop, state, 13, 1000, {0.5, 0.5});
    EXPECT_EQ(plan.population, expected);
    EXPECT_EQ(plan.sigma_factor, 1);
    EXPECT_EQ(plan.most_evaluations, 0u);
  }
  for (int i = 0; i < 100; ++i) (void)next_run(Restarts::ipop, state, 13, 1000, {0.5, 0.5});
  EXPECT_EQ(next_run(Restarts::ipop, state, 13, 1, {0.5, 0.5}).population, 13u << most_doublings);  // and there it ends
}

TEST(Restarts, bipop_gives_both_kinds_the_same_budget) {
  RestartState state;
  EXPECT_EQ(next_run(Restarts::bipop, state, 10, 1000, {0.5, 0.5}).population,
            20u);  // the first run counts for neither
  const RunPlan small = next_run(Restarts::bipop, state, 10, 4000, {0.5, 0.25});
  EXPECT_EQ(small.most_evaluations, 2000u);  // half of the last large run
  EXPECT_EQ(small.population, 10u);          // 10 (1/2 20/10)^(1/4)
  EXPECT_NEAR(small.sigma_factor, std::pow(10, -0.5), 1e-12);
  EXPECT_GT(next_run(Restarts::bipop, state, 10, 2000, {0.5, 0.5}).most_evaluations, 0u);  // 2000 of 4000 spent
  EXPECT_EQ(next_run(Restarts::bipop, state, 10, 2000, {0.5, 0.5}).population, 40u);       // 4000 of 4000: large again
  const RunPlan third = next_run(Restarts::bipop, state, 10, 9000, {0.9, 0.5});
  EXPECT_EQ(third.population, static_cast<std::uint64_t>(10 * std::pow(2, 0.81)));
  EXPECT_EQ(third.most_evaluations, 4500u);
}

TEST(Restarts, solve_rastrigin_where_a_single_run_does_not) {
  int alone = 0, ipop = 0, bipop = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto solved = [&](Restarts kind) {
      const auto search = make_cma_es({.sigma = 2, .restarts = kind}, test::problem(5, 3, seed));
      const bool reached = test::evaluations_to(*search, test::rastrigin, 1e-8, 200'000) < 200'000;
      EXPECT_EQ(reached, test::rastrigin(search->best_guess()) < 1e-6);
      return reached;
    };
    alone += solved(Restarts::none);
    ipop += solved(Restarts::ipop);
    bipop += solved(Restarts::bipop);
  }
  EXPECT_LT(alone, 5);
  EXPECT_EQ(ipop, 5);
  EXPECT_EQ(bipop, 5);
}

TEST(Restarts, end_after_the_allowed_number_and_remember_the_best_run) {
  const auto search =
      make_cma_es({.sigma = 0.5, .restarts = Restarts::ipop, .max_restarts = 3}, test::problem(3, 2, 5));
  double best = INFINITY;
  for (int i = 0; i < 3000 && search->progress().stopped.empty(); ++i) {
    best = std::min(best, test::step(*search, test::rastrigin));
  }
  EXPECT_EQ(search->progress().restarts, 3u);
  EXPECT_FALSE(search->progress().stopped.empty());
  EXPECT_NEAR(test::rastrigin(search->best_guess()), best, 1e-9);
}

}  // namespace
}  // namespace carve::search
