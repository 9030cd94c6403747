#include "carve/search/descent.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/search/gradient_search.hpp"
#include "carve/search/test_problems.hpp"

namespace carve::search {
namespace {

using namespace test;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// Tells `search` these gradients, one per generation, and returns where it went.
std::vector<double> positions(Optimiser& search, const std::vector<double>& gradients) {
  std::vector<double> visited;
  for (const double gradient : gradients) {
    search.tell(std::vector{1.0}, {}, std::vector{gradient});
    visited.push_back(search.ask().values[0]);
  }
  return visited;
}

// Algorithm 1 of Kingma & Ba by hand, for gradients 2, -1, 0.5 and the paper's constants: e.g. the second step has
// m = 0.9 * 0.2 - 0.1 = 0.08, v = 0.999 * 0.004 + 0.001 = 0.004996, corrected 0.08 / 0.19 and 0.004996 / 0.001999.
TEST(Descent, adams_first_steps_are_the_papers) {
  const auto search = make_gradient({.learning_rate = 0.1, .clip = 0}, problem(1, 1));
  const std::vector<double> visited = positions(*search, {2, -1, 0.5});
  const double first = 0.1 * 2 / (2 + 1e-8);
  const double second = 0.1 * (0.08 / 0.19) / (std::sqrt(0.004996 / 0.001999) + 1e-8);
  const double third = 0.1 * (0.122 / 0.271) / (std::sqrt(0.005241004 / 0.002997001) + 1e-8);
  EXPECT_NEAR(visited[0], 1 - first, 1e-14);
  EXPECT_NEAR(visited[1], 1 - first - second, 1e-14);
  EXPECT_NEAR(visited[2], 1 - first - second - third, 1e-14);
}

TEST(Descent, sgd_steps_along_the_average_gradient) {
  const DescentOptions plain{.optimiser = Direction::sgd, .learning_rate = 0.1, .momentum = 0, .clip = 0};
  EXPECT_EQ(positions(*make_gradient(plain, problem(1, 1)), {2, -1}), (std::vector{1 - 0.1 * 2, 1 - 0.1 * 2 + 0.1}));
  DescentOptions heavy = plain;
  heavy.momentum = 0.5;
  const std::vector<double> visited = positions(*make_gradient(heavy, problem(1, 1)), {2, -1});
  EXPECT_NEAR(visited[0], 1 - 0.1 * (0.5 * 2), 1e-15);
  EXPECT_NEAR(visited[1], visited[0] - 0.1 * (0.5 * 1 + 0.5 * -1), 1e-15);
}

TEST(Descent, rates_halve_in_the_half_life) {
  const DescentOptions options{
      .optimiser = Direction::sgd, .learning_rate = 0.1, .half_life = 2, .momentum = 0, .clip = 0};
  const std::vector<double> visited = positions(*make_gradient(options, problem(1, 0)), {1, 1, 1, 1, 1});
  EXPECT_NEAR(visited[2] - visited[1], -0.05, 1e-15);
  EXPECT_NEAR(visited[4] - visited[3], -0.025, 1e-15);
}

TEST(Descent, long_gradients_are_scaled_to_the_limit_short_ones_left) {
  const DescentOptions options{.optimiser = Direction::sgd, .learning_rate = 1, .momentum = 0, .clip = 2};
  const auto search = make_gradient(options, problem(2, 0));
  search->tell(std::vector{1.0}, {}, std::vector{30.0, -40.0});
  const std::vector<double> far = search->ask().values;
  EXPECT_NEAR(far[0], -1.2, 1e-14);
  EXPECT_NEAR(far[1], 1.6, 1e-14);
  search->tell(std::vector{1.0}, {}, std::vector{0.3, 0.4});
  EXPECT_NEAR(search->ask().values[0], -1.5, 1e-14);
  search->tell(std::vector{1.0}, {}, std::vector{1e300, 1e308});
  EXPECT_NEAR(search->ask().values[1], 1.2 - 2, 1e-7);
}

/// sum a_i (x_i - c_i)^2 / 2.
struct Quadratic {
  std::vector<double> a, c;

  [[nodiscard]] double value(std::span<const double> x) const {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += 0.5 * a[i] * (x[i] - c[i]) * (x[i] - c[i]);
    return sum;
  }
  [[nodiscard]] std::vector<double> gradient(std::span<const double> x) const {
    std::vector<double> slopes;
    for (std::size_t i = 0; i < x.size(); ++i) slopes.push_back(a[i] * (x[i] - c[i]));
    return slopes;
  }
};

// The lasso of a separable quadratic: x_i = sign(c_i) max(|c_i| - l1 / a_i, 0) where penalised, c_i elsewhere, then
// clipped to the bounds.
TEST(Descent, the_proximal_step_reaches_the_analytic_lasso) {
  const Quadratic quadratic{.a = {1, 2, 0.5, 1, 4, 1}, .c = {1, -0.8, 0.3, 0.05, -0.02, 3}};
  Problem wanted = problem(6, 0.4);
  wanted.l1 = 0.2;
  for (std::size_t i = 0; i < 6; ++i) wanted.coordinates[i].penalised = i != 3;
  wanted.coordinates[1].scale = 3;
  wanted.coordinates[5].upper = 2;
  const std::vector<double> solution = {0.8, -0.7, 0, 0.05, 0, 2};
  for (const double clip : {0.0, 0.3}) {
    for (const DescentOptions& options :
         {DescentOptions{.optimiser = Direction::sgd, .learning_rate = 0.05, .momentum = 0, .clip = clip},
          DescentOptions{.optimiser = Direction::sgd, .learning_rate = 0.05, .momentum = 0.9, .clip = clip},
          DescentOptions{.learning_rate = 0.02, .half_life = 500, .clip = clip}}) {
      const auto search = make_gradient(options, wanted);
      for (int i = 0; i < 6000; ++i) {
        (void)step(
            *search, wanted, [&](auto x) { return quadratic.value(x); }, [&](auto x) { return quadratic.gradient(x); });
      }
      for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_NEAR(search->best_guess()[i], solution[i], 2e-6) << i << (options.optimiser == Direction::adam) << clip;
      }
      EXPECT_EQ(search->best_guess()[2], 0);  // not small: none
      EXPECT_EQ(search->best_guess()[4], 0);
    }
  }
}

TEST(Descent, scales_are_units) {
  for (const Direction direction : {Direction::adam, Direction::sgd}) {
    const DescentOptions options{.optimiser = direction, .learning_rate = 0.05};
    Problem stretched = problem(2, 5);
    for (Coordinate& each : stretched.coordinates) each.initial *= 8, each.scale = 8;
    const auto plain = make_gradient(options, problem(2, 5)), wide = make_gradient(options, stretched);
    for (int i = 0; i < 100; ++i) {
      (void)step(*plain, problem(2, 5), sphere, sphere_gradient);
      const std::vector<double> x = wide->ask().values;
      wide->tell(std::vector{sphere(x) / 64}, {}, std::vector{2 * x[0] / 64, 2 * x[1] / 64});
      EXPECT_EQ(plain->best_guess()[0], wide->best_guess()[0] / 8);
    }
  }
}

TEST(Descent, goes_back_half_way_from_where_numbers_end_and_drops_its_momentum) {
  const DescentOptions options{.optimiser = Direction::sgd, .learning_rate = 1, .momentum = 0.5, .clip = 0};
  const auto search = make_gradient(options, problem(1, 0));
  search->tell(std::vector{1.0}, {}, std::vector{-2.0});
  EXPECT_EQ(search->ask().values[0], 1);
  EXPECT_EQ(search->best_guess()[0], 1);
  search->tell(std::vector{infinity}, {}, std::vector{-2.0});
  EXPECT_EQ(search->ask().values[0], 0.5);
  EXPECT_EQ(search->best_guess()[0], 0);  // where all was well
  search->tell(std::vector{1.0}, {}, std::vector{nan});
  EXPECT_EQ(search->ask().values[0], 0.25);
  search->tell(std::vector{1.0}, {}, std::vector{-2.0});
  EXPECT_EQ(search->ask().values[0], 1.25);  // one step of a first gradient
  EXPECT_EQ(search->best_guess()[0], 1.25);
}

TEST(Descent, stops_where_nothing_is_finite_and_where_nothing_moves) {
  const auto lost = make_gradient({}, problem(2, 1));
  for (int i = 0; i < 60; ++i)
    (void)step(
        *lost, problem(2, 1), [](auto) { return nan; }, sphere_gradient);
  EXPECT_EQ(lost->progress().stopped, describe(Stop::failing));
  EXPECT_EQ(lost->best_guess(), (std::vector<double>{1, 1}));

  const DescentOptions options{.optimiser = Direction::sgd, .learning_rate = 0.1, .momentum = 0};
  const auto done = make_gradient(options, problem(2, 1));
  for (int i = 0; i < 500; ++i) (void)step(*done, problem(2, 1), sphere, sphere_gradient);
  EXPECT_EQ(done->progress().stopped, describe(Stop::small_steps));
  EXPECT_LT(done->progress().loss, 1e-20);
}

RC_GTEST_PROP(Descent, hits_no_bound_from_the_wrong_side, ()) {
  Problem bounded = problem(3, 0.5);
  for (Coordinate& each : bounded.coordinates) each.lower = -1, each.upper = 1, each.penalised = true;
  bounded.l1 = *rc::gen::element(0.0, 0.1, 10.0);
  DescentOptions options{.optimiser = *rc::gen::element(Direction::adam, Direction::sgd),
                         .learning_rate = *rc::gen::element(1e-3, 1.0, 1e6),
                         .clip = *rc::gen::element(0.0, 1.0)};
  const auto search = make_gradient(options, bounded);
  for (int i = 0; i < 20; ++i) {
    const auto gradient =
        *rc::gen::container<std::vector<double>>(3, rc::gen::element(-1e308, -3.0, 0.0, 1e-300, 0.1, 1e300, nan));
    search->tell(std::vector{1.0}, {}, gradient);
    for (const double x : search->ask().values) RC_ASSERT(x >= -1 && x <= 1);
  }
}

TEST(Gradient, refuses_losses_without_slopes) {
  const auto search = make_gradient({}, problem(2, 1));
  EXPECT_TRUE(search->wants_gradients());
  EXPECT_THROW(search->tell(std::vector{1.0}), std::invalid_argument);
  EXPECT_THROW(search->tell(std::vector{1.0}, {}, std::vector{1.0}), std::invalid_argument);
  EXPECT_EQ(search->progress().generation, 0u);
}

TEST(Gradient, solves_rosenbrock) {
  const std::size_t n = 10;
  const auto gradient = [](std::span<const double> x) {
    std::vector<double> slopes(x.size());
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
      const double bend = x[i] * x[i] - x[i + 1];
      slopes[i] += 400 * bend * x[i] + 2 * (x[i] - 1);
      slopes[i + 1] -= 200 * bend;
    }
    return slopes;
  };
  const auto search = make_gradient({.learning_rate = 0.02, .half_life = 4000, .clip = 0}, problem(n, 0));
  for (int i = 0; i < 20'000; ++i) (void)step(*search, problem(n, 0), rosenbrock, gradient);
  EXPECT_LT(rosenbrock(search->best_guess()), 1e-8);
}

}  // namespace
}  // namespace carve::search
