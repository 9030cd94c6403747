#include "carve/search/cma_es.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "carve/base/random.hpp"
#include "carve/search/test_problems.hpp"

namespace carve::search {
namespace {

using namespace test;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(CmaEs, solves_standard_functions_to_1e_8) {
  for (const std::size_t n : {2u, 3u, 10u, 20u}) {
    const std::uint64_t budget = 1000 * n + 40 * n * n;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      EXPECT_LT(evaluations_to(*make_cma_es({.sigma = 1}, problem(n, 1, seed)), sphere, 1e-8, budget), budget);
      EXPECT_LT(evaluations_to(*make_cma_es({.sigma = 1}, problem(n, 1, seed)), ellipsoid, 1e-8, budget), budget);
      EXPECT_LT(evaluations_to(*make_cma_es({.sigma = 0.1}, problem(n, 0, seed)), rosenbrock, 1e-8, budget), budget);
    }
  }
  EXPECT_LT(evaluations_to(*make_cma_es({.sigma = 1}, problem(1, 1)), sphere, 1e-8, 1000), 1000u);
  EXPECT_LT(evaluations_to(*make_cma_es({.population = 4, .sigma = 1}, problem(5, 1)), sphere, 1e-8, 5000), 5000u);
}

// Textbook CMA-ES without negative weights needs about a third more on the ellipsoid.
TEST(CmaEs, negative_weights_pay_on_the_ellipsoid) {
  std::uint64_t with = 0, without = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    with += evaluations_to(*make_cma_es({.sigma = 1}, problem(10, 1, seed)), ellipsoid, 1e-8, 20'000);
    without +=
        evaluations_to(*make_cma_es({.sigma = 1, .active = false}, problem(10, 1, seed)), ellipsoid, 1e-8, 20'000);
  }
  EXPECT_LT(static_cast<double>(with), 0.9 * static_cast<double>(without));
}

TEST(CmaEs, a_diagonal_learns_scales_faster_but_no_rotation) {
  const auto full = make_cma_es({.sigma = 1}, problem(40, 1));
  const auto diagonal = make_cma_es({.sigma = 1, .covariance = Covariance::diagonal}, problem(40, 1));
  const auto quick = evaluations_to(*diagonal, ellipsoid, 1e-8, 100'000);
  EXPECT_LT(quick, 20'000u);
  EXPECT_LT(2 * quick, evaluations_to(*full, ellipsoid, 1e-8, 100'000));
  EXPECT_NEAR(diagonal->progress().axis_ratio, 1e3, 700);
}

// What a generation costs is what it touches: the state grows by 32 bytes per coordinate (mean, two paths, variances)
// and, with it, the history that the stopping criteria look at.
TEST(CmaEs, a_diagonal_solves_three_hundred_coordinates_with_a_state_that_grows_linearly) {
  const auto size = [](std::size_t n) {
    return make_cma_es({.covariance = Covariance::diagonal}, problem(n, 1))->save().size();
  };
  EXPECT_EQ(size(600) - size(300), 300u * 32);
  const auto search = make_cma_es({.sigma = 1, .covariance = Covariance::diagonal}, problem(300, 1));
  EXPECT_LT(evaluations_to(*search, ellipsoid, 1e-8, 300'000), 150'000u);
  EXPECT_NEAR(search->progress().axis_ratio, 1e3, 700);
}

/// The ellipsoid seen through a reflection that mixes all coordinates.
double reflected_ellipsoid(std::span<const double> x) {
  std::vector<double> v(x.size()), y(x.begin(), x.end());
  double length = 0, along = 0;
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = 1 + static_cast<double>(i % 3), length += v[i] * v[i];
  for (std::size_t i = 0; i < v.size(); ++i) along += v[i] * x[i];
  for (std::size_t i = 0; i < v.size(); ++i) y[i] -= 2 * along / length * v[i];
  return ellipsoid(y);
}

TEST(CmaEs, needs_as_long_on_a_rotated_function) {
  std::uint64_t plain = 0, rotated = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    plain += evaluations_to(*make_cma_es({.sigma = 1}, problem(10, 1, seed)), ellipsoid, 1e-8, 20'000);
    rotated += evaluations_to(*make_cma_es({.sigma = 1}, problem(10, 1, seed)), reflected_ellipsoid, 1e-8, 20'000);
  }
  EXPECT_NEAR(static_cast<double>(rotated) / static_cast<double>(plain), 1, 0.1);
}

TEST(CmaEs, learns_the_shape_of_the_function) {
  const auto search = make_cma_es({.sigma = 1}, problem(10, 1));
  (void)evaluations_to(*search, ellipsoid, 1e-10, 20'000);
  EXPECT_NEAR(std::log10(search->progress().axis_ratio), 3, 0.5);  // the root of the condition number 1e6
}

// The covariance becomes the inverse Hessian, up to a factor: of the ellipsoid, variances from 1 down to 1e-6.
TEST(CmaEs, its_covariance_becomes_the_inverse_hessian) {
  constexpr std::size_t n = 5;
  const auto search = make_cma_es({.sigma = 0.5}, problem(n, 1));
  const std::vector<double> first = search->covariance();
  for (std::size_t i = 0; i < n * n; ++i) EXPECT_DOUBLE_EQ(first[i], i % (n + 1) == 0 ? 0.25 : 0);
  EXPECT_LT(evaluations_to(*search, ellipsoid, 1e-8, 10'000), 10'000u);
  const std::vector<double> last = search->covariance();
  EXPECT_NEAR(std::log10(last[0] / last[n * n - 1]), 6, 1);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_EQ(last[i * n + j], last[j * n + i]);
      EXPECT_LT(std::abs(last[i * n + j]), 0.9 * std::sqrt(last[i * n + i] * last[j * n + j]));
    }
  }
  const auto diagonal = make_cma_es({.sigma = 0.5, .covariance = Covariance::diagonal}, problem(n, 1));
  EXPECT_EQ(diagonal->covariance(), first);
  EXPECT_EQ(diagonal->starts().front().covariance, first);
}

TEST(CmaEs, is_invariant_under_translation) {
  const auto here = make_cma_es({.sigma = 1}, problem(6, 1));
  const auto there = make_cma_es({.sigma = 1}, problem(6, 1 + 16));
  const auto shifted = [](std::span<const double> x) {
    std::vector<double> y(x.begin(), x.end());
    for (double& each : y) each -= 16;
    return ellipsoid(y);
  };
  for (int generation = 0; generation < 100; ++generation) {
    (void)step(*here, ellipsoid);
    (void)step(*there, shifted);
    ASSERT_NEAR(here->progress().sigma / there->progress().sigma, 1, 1e-6) << generation;
  }
}

TEST(CmaEs, sees_only_ranks) {
  const CmaOptions options{.sigma = 1, .tolerance_loss = 0};
  const auto plain = make_cma_es(options, problem(6, 1));
  const auto bent = make_cma_es(options, problem(6, 1));
  const auto order_preserving = [](std::span<const double> x) { return 3 * std::cbrt(ellipsoid(x)) - 100; };
  for (int generation = 0; generation < 200; ++generation) {
    ASSERT_EQ(plain->ask().values, bent->ask().values) << generation;
    (void)step(*plain, ellipsoid);
    (void)step(*bent, order_preserving);
  }
}

TEST(CmaEs, asking_twice_gives_the_same_candidates_and_another_seed_gives_others) {
  const auto search = make_cma_es({}, problem(4, 0, 1));
  const auto other = make_cma_es({}, problem(4, 0, 2));
  EXPECT_EQ(search->ask().values, search->ask().values);
  EXPECT_NE(search->ask().values, other->ask().values);
  const auto first = search->ask().values;
  (void)step(*search, sphere);
  EXPECT_NE(search->ask().values, first);
}

TEST(CmaEs, telling_without_asking_is_telling_of_the_same_candidates) {
  const auto asked = make_cma_es({}, problem(4, 1));
  const auto told = make_cma_es({}, problem(4, 1));
  const std::vector<double> losses = evaluate(asked->ask(), sphere);
  asked->tell(losses);
  told->tell(losses);
  EXPECT_EQ(asked->save(), told->save());
}

TEST(CmaEs, is_one_start_that_shows_its_last_loss) {
  const auto search = make_cma_es({}, problem(4, 1));
  EXPECT_EQ(search->progress().loss, infinity);
  const double best = step(*search, sphere);
  const std::vector<Start> starts = search->starts();
  ASSERT_EQ(starts.size(), 1u);
  EXPECT_EQ(starts[0].guess, search->best_guess());
  EXPECT_EQ(starts[0].progress.loss, best);
  EXPECT_FALSE(search->wants_gradients());
}

TEST(CmaEs, first_steps_have_the_size_that_sigma_and_scale_say) {
  Problem wanted = problem(2, 5);
  wanted.coordinates[1].scale = 100;
  const auto candidates = make_cma_es({.population = 4000, .sigma = 0.5}, wanted)->ask();
  double squares[2] = {0, 0};
  for (std::size_t k = 0; k < candidates.count(); ++k) {
    for (std::size_t i = 0; i < 2; ++i) squares[i] += std::pow(candidates[k][i] - 5, 2) / 4000;
  }
  EXPECT_NEAR(std::sqrt(squares[0]), 0.5, 0.03);
  EXPECT_NEAR(std::sqrt(squares[1]), 50, 3);
}

TEST(CmaEs, stays_within_bounds_and_finds_an_optimum_on_one) {
  for (const double optimum : {-1.0, 0.0, 1.0, 4.0}) {  // on the lower bound, inside, on the upper one, beyond
    Problem bounded = problem(5, 0.5);
    for (Coordinate& each : bounded.coordinates) each = {.initial = 0.5, .lower = -1, .upper = 1};
    const auto search = make_cma_es({.sigma = 0.3}, bounded);
    for (int generation = 0; generation < 400; ++generation) {
      for (const double x : search->ask().values) ASSERT_TRUE(x >= -1 && x <= 1) << x;
      (void)step(*search, [&](std::span<const double> x) {
        double sum = 0;
        for (const double each : x) sum += std::abs(each - optimum);  // slope at the bound, not flat
        return sum;
      });
    }
    for (const double x : search->best_guess()) EXPECT_NEAR(x, std::min(optimum, 1.0), 1e-8);
  }
}

TEST(CmaEs, keeps_a_pinned_coordinate_and_searches_the_others) {
  Problem pinned = problem(3, 1);
  pinned.coordinates[1] = {.initial = 2, .lower = 2, .upper = 2};
  const auto search = make_cma_es({.sigma = 1}, pinned);
  for (int generation = 0; generation < 300; ++generation) (void)step(*search, sphere);
  const auto guess = search->best_guess();
  EXPECT_NEAR(guess[0], 0, 1e-5);
  EXPECT_EQ(guess[1], 2);
  EXPECT_NEAR(guess[2], 0, 1e-5);
}

TEST(CmaEs, gets_past_candidates_that_fail) {
  const auto search = make_cma_es({.sigma = 1}, problem(5, 1));
  const auto failing = [](std::span<const double> x) {
    return x[0] > 1 ? nan : x[1] > 1 ? infinity : x[2] > 1.5 ? -infinity : sphere(x);
  };
  EXPECT_LT(evaluations_to(*search, failing, 1e-8, 10'000), 10'000u);
}

TEST(CmaEs, survives_nonsense) {
  const std::vector<Function> nonsense = {
      [](auto) { return nan; },
      [](auto) { return infinity; },
      [](auto) { return 1.0; },
      [](std::span<const double> x) { return -x[0]; },                      // no optimum
      [](std::span<const double> x) { return -std::exp(std::abs(x[0])); },  // overflows
      [](std::span<const double> x) { return std::floor(x[0]); },
      [](std::span<const double> x) { return x[0] > 0 ? nan : 1e308 * x[1]; }};
  for (const Function& function : nonsense) {
    for (const Restarts restarts : {Restarts::none, Restarts::bipop}) {
      const auto search = make_cma_es({.sigma = 1, .restarts = restarts, .max_restarts = 4}, problem(3, 0));
      for (int generation = 0; generation < 1000; ++generation) {
        for (const double x : search->ask().values) ASSERT_TRUE(std::isfinite(x));
        (void)step(*search, function);
      }
      for (const double x : search->best_guess()) EXPECT_TRUE(std::isfinite(x));
      EXPECT_EQ(search->progress().generation, 1000u);
      if (restarts == Restarts::none) {
        EXPECT_FALSE(search->progress().stopped.empty());
      }
    }
  }
}

TEST(CmaEs, refuses_a_wrong_number_of_losses) {
  const auto search = make_cma_es({.population = 4}, problem(3, 0));
  const std::string before = search->save();
  EXPECT_THROW(search->tell(std::vector<double>(3)), std::invalid_argument);
  EXPECT_THROW(search->tell({}), std::invalid_argument);
  EXPECT_THROW(search->tell(std::vector<double>(4), std::vector<double>(5)), std::invalid_argument);
  EXPECT_EQ(search->save(), before);
}

TEST(CmaEs, stops_when_there_is_nothing_more_to_find) {
  const auto search = make_cma_es({.sigma = 1}, problem(5, 1));
  for (int generation = 0; generation < 2000 && search->progress().stopped.empty(); ++generation) {
    (void)step(*search, sphere);
  }
  EXPECT_EQ(search->progress().stopped, "the recent losses differ by less than the tolerance");
  EXPECT_LT(sphere(search->best_guess()), 1e-10);
  const auto guess = search->best_guess();
  (void)step(*search, [](auto) { return 0.0; });  // goes on harmlessly
  EXPECT_EQ(search->best_guess(), guess);
}

/// A sphere whose losses carry normal noise of deviation `noise` / sqrt(effort).
double noisy_distance(bool handling, double* effort) {
  const auto search =
      make_cma_es({.sigma = 1, .tolerance_loss = 0, .noise_handling = handling, .max_effort = 100}, problem(8, 3));
  EXPECT_EQ(search->wants_repeat(), handling);
  double spent = 0;
  for (std::uint32_t generation = 0; spent < 40'000; ++generation) {
    const double deviation = 1 / std::sqrt(search->effort());
    const std::vector<double> exact = evaluate(search->ask(), sphere);
    std::vector<double> losses[2] = {exact, exact};
    for (const std::uint32_t which : {0u, 1u}) {
      std::vector<double> noise(exact.size());
      base::fill_normal({7, base::Purpose::inputs, which, generation}, std::span(noise));
      for (std::size_t i = 0; i < exact.size(); ++i) losses[which][i] += deviation * noise[i];
    }
    spent += 2 * search->effort() * static_cast<double>(exact.size());
    search->tell(losses[0], losses[1]);
    if (effort) *effort = std::max(*effort, search->effort());
  }
  return sphere(search->best_guess());
}

TEST(CmaEs, spends_more_trials_where_noise_decides_the_ranks) {
  double effort = 1;
  const double handled = noisy_distance(true, &effort);
  EXPECT_GT(effort, 10);
  EXPECT_LT(handled, 0.3 * noisy_distance(false, nullptr));
}

TEST(CmaEs, spends_no_more_trials_without_noise) {
  const auto search = make_cma_es({.sigma = 1, .noise_handling = true}, problem(8, 3));
  for (int generation = 0; generation < 100; ++generation) {
    const std::vector<double> losses = evaluate(search->ask(), sphere);
    search->tell(losses, losses);
    EXPECT_EQ(search->effort(), 1);
  }
}

}  // namespace
}  // namespace carve::search
