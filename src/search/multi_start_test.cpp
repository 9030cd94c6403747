#include "carve/search/multi_start.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/search/gradient_search.hpp"
#include "carve/search/test_problems.hpp"

namespace carve::search {
namespace {

using namespace test;

std::unique_ptr<Optimiser> cma(const Problem& problem) { return make_cma_es({.sigma = 0.5}, problem); }

TEST(MultiStart, of_one_is_the_search_itself) {
  const auto alone = cma(problem(3, 1)), wrapped = make_multi_start(cma, problem(3, 1), 1, 5);
  for (int i = 0; i < 20; ++i) (void)step(*alone, sphere), (void)step(*wrapped, sphere);
  EXPECT_EQ(alone->save(), wrapped->save());
}

TEST(MultiStart, goes_on_as_each_start_would_alone) {
  const Problem wanted = problem(3, 1);
  const auto together = make_multi_start(cma, wanted, 3, 2);
  std::vector<std::unique_ptr<Optimiser>> alone;
  for (std::size_t i = 0; i < 3; ++i) alone.push_back(cma(start_problem(wanted, i, 2)));
  for (int generation = 0; generation < 100; ++generation) {
    std::vector<double> expected;
    for (const auto& each : alone) {
      const auto values = each->ask().values;
      expected.insert(expected.end(), values.begin(), values.end());
      (void)step(*each, rastrigin);
    }
    ASSERT_EQ(together->ask().values, expected);
    (void)step(*together, rastrigin);
  }
  const std::vector<Start> starts = together->starts();
  ASSERT_EQ(starts.size(), 3u);
  std::uint64_t evaluations = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(starts[i].guess, alone[i]->best_guess());
    EXPECT_EQ(starts[i].progress.loss, alone[i]->progress().loss);
    evaluations += starts[i].progress.evaluations;
  }
  EXPECT_EQ(together->progress().evaluations, evaluations);
  EXPECT_EQ(together->progress().generation, 100u);
}

TEST(MultiStart, starts_are_where_they_are_said_to_be) {
  Problem wanted = problem(4000, 0.5);
  for (std::size_t i = 0; i < 2000; ++i) wanted.coordinates[i].scale = 3;
  EXPECT_EQ(start_problem(wanted, 0, 2).coordinates[7].initial, 0.5);
  EXPECT_EQ(start_problem(wanted, 0, 2).seed, wanted.seed);
  double squares[2] = {0, 0};
  const Problem second = start_problem(wanted, 2, 2);
  for (std::size_t i = 0; i < 4000; ++i) {
    squares[i / 2000] += std::pow(second.coordinates[i].initial - 0.5, 2) / 2000;
    EXPECT_NE(second.coordinates[i].initial, start_problem(wanted, 1, 2).coordinates[i].initial);
  }
  EXPECT_NEAR(std::sqrt(squares[0]), 6, 0.3);
  EXPECT_NEAR(std::sqrt(squares[1]), 2, 0.1);
  EXPECT_NE(second.seed, wanted.seed);
  EXPECT_NE(second.seed, start_problem(wanted, 1, 2).seed);
}

RC_GTEST_PROP(MultiStart, starts_lie_within_the_bounds, ()) {
  Problem wanted = problem(3, 0.5, *rc::gen::arbitrary<std::uint64_t>());
  wanted.coordinates[0] = {.initial = 0.5, .lower = 0, .upper = 1};
  wanted.coordinates[1] = {.initial = 0.5, .lower = 0.5, .upper = 0.5};
  wanted.coordinates[2] = {.initial = 3, .lower = 2};
  const Problem made = start_problem(wanted, *rc::gen::inRange<std::size_t>(0, 30), *rc::gen::element(0.0, 0.5, 1e6));
  for (const Coordinate& each : made.coordinates) RC_ASSERT(each.initial >= each.lower && each.initial <= each.upper);
}

/// Valleys at 0 (deep) and 3, between which no short-sighted search crosses.
double two_valleys(std::span<const double> x) {
  double sum = 0;
  for (const double each : x) sum += std::min(each * each, 1 + (each - 3) * (each - 3));
  return sum;
}
std::vector<double> two_valleys_gradient(std::span<const double> x) {
  std::vector<double> slopes;
  for (const double each : x) slopes.push_back(each * each < 1 + (each - 3) * (each - 3) ? 2 * each : 2 * (each - 3));
  return slopes;
}

TEST(MultiStart, finds_the_deep_valley_that_one_start_misses_and_passes_each_its_gradients) {
  const auto make = [](const Problem& of) { return make_gradient({.learning_rate = 0.05, .half_life = 50}, of); };
  const Problem wanted = problem(2, 3.2);
  for (const std::size_t starts : {1u, 20u}) {
    const auto search = make_multi_start(make, wanted, starts, 3);
    EXPECT_TRUE(search->wants_gradients());
    EXPECT_FALSE(search->wants_repeat());
    for (int i = 0; i < 500; ++i) (void)step(*search, wanted, two_valleys, two_valleys_gradient);
    EXPECT_NEAR(two_valleys(search->best_guess()), starts == 1 ? 2 : 0, 1e-6) << starts;
  }
}

TEST(MultiStart, refuses_gradients_that_do_not_fit) {
  const auto make = [](const Problem& of) { return make_gradient({}, of); };
  const auto search = make_multi_start(make, problem(2, 1), 3, 1);
  EXPECT_THROW(search->tell(std::vector<double>(3)), std::invalid_argument);
  EXPECT_THROW(search->tell(std::vector<double>(3), {}, std::vector<double>(5)), std::invalid_argument);
  EXPECT_THROW(search->tell(std::vector<double>(2), {}, std::vector<double>(4)), std::invalid_argument);
  search->tell(std::vector<double>(3), {}, std::vector<double>(6));
}

TEST(MultiStart, a_start_that_has_stopped_asks_no_more_and_the_search_ends_with_the_last) {
  const auto search = make_multi_start(cma, problem(2, 1), 4, 30);
  std::size_t all = search->ask().count(), fewest = all;
  int generations = 0;
  for (; generations < 3000 && search->progress().stopped.empty(); ++generations) {
    (void)step(*search, sphere);
    fewest = std::min(fewest, search->ask().count());
  }
  EXPECT_LT(fewest, all);
  EXPECT_FALSE(search->progress().stopped.empty());
  for (const Start& each : search->starts()) EXPECT_FALSE(each.progress.stopped.empty());
  EXPECT_EQ(search->ask().count(), all);  // whoever goes on regardless
  EXPECT_LT(sphere(search->best_guess()), 1e-10);
}

TEST(MultiStart, asks_for_trials_as_its_starts_do) {
  const auto make = [](const Problem& of) { return make_cma_es({.noise_handling = true, .max_effort = 7}, of); };
  const auto search = make_multi_start(make, problem(3, 1), 3, 1);
  EXPECT_TRUE(search->wants_repeat());
  for (int i = 0; i < 20; ++i) {
    std::vector<double> losses(search->ask().count()), repeated(losses.size());
    for (std::size_t k = 0; k < losses.size(); ++k) {
      losses[k] = static_cast<double>(k * 7 % 13), repeated[k] = static_cast<double>(k * 5 % 11);
    }
    search->tell(losses, repeated);
  }
  EXPECT_EQ(search->effort(), 7);
}

TEST(MultiStart, is_not_made_where_its_searches_are_not) {
  int calls = 0;
  const auto make = [&](const Problem&) -> std::unique_ptr<Optimiser> { return ++calls, nullptr; };
  EXPECT_FALSE(make_multi_start(make, problem(2, 0), 5, 1));
  EXPECT_EQ(calls, 1);  // what it has to say is said once
}

TEST(MultiStart, belongs_to_its_starts_and_loads_all_or_none) {
  const auto search = make_multi_start(cma, problem(2, 1), 3, 1);
  (void)step(*search, sphere);
  const std::string state = search->save();
  EXPECT_FALSE(make_multi_start(cma, problem(2, 1), 4, 1)->load(state));
  EXPECT_FALSE(make_multi_start(cma, problem(2, 1), 3, 2)->load(state));
  EXPECT_FALSE(make_multi_start(cma, problem(2, 1, 9), 3, 1)->load(state));
  // Two starts of this search, one of another: the owner fits, the last start's state does not.
  int made = 0;
  const auto mixed = [&](const Problem& of) { return make_cma_es({.sigma = ++made == 3 ? 0.1 : 0.5}, of); };
  const auto other = make_multi_start(mixed, problem(2, 1), 3, 1);
  const std::string before = other->save();
  EXPECT_FALSE(other->load(state));
  EXPECT_EQ(other->save(), before);
  EXPECT_TRUE(make_multi_start(cma, problem(2, 1), 3, 1)->load(state));
}

}  // namespace
}  // namespace carve::search
