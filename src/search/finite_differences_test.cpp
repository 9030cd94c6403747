#include "carve/search/finite_differences.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/search/gradient_search.hpp"
#include "carve/search/test_problems.hpp"

namespace carve::search {
namespace {

using namespace test;

/// With this, one generation moves the position by exactly minus the gradient.
FiniteDifferencesOptions plain(Differences differences, double step) {
  FiniteDifferencesOptions options;
  options.optimiser = Direction::sgd;
  options.learning_rate = 1;
  options.momentum = 0;
  options.clip = 0;
  options.differences = differences;
  options.step = step;
  return options;
}

std::vector<double> measured(const FiniteDifferencesOptions& options, const Problem& problem, const Function& loss) {
  const auto search = make_finite_differences(options, problem);
  std::vector<double> slopes = search->best_guess();
  search->tell(evaluate(search->ask(), loss));
  for (std::size_t i = 0; i < slopes.size(); ++i) slopes[i] -= search->best_guess()[i];
  return slopes;
}

/// x' H x / 2 + b' x with H_ij = 1 / (1 + i + j), and its gradient.
double curved(std::span<const double> x) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sum += (static_cast<double>(i) - 1) * x[i];
    for (std::size_t j = 0; j < x.size(); ++j) sum += 0.5 * x[i] * x[j] / static_cast<double>(1 + i + j);
  }
  return sum;
}
double curved_slope(std::span<const double> x, std::size_t i) {
  double sum = static_cast<double>(i) - 1;
  for (std::size_t j = 0; j < x.size(); ++j) sum += x[j] / static_cast<double>(1 + i + j);
  return sum;
}

RC_GTEST_PROP(FiniteDifferences, central_ones_are_exact_for_quadratics_forward_ones_off_by_half_the_curvature, ()) {
  Problem at = problem(4, 0);
  std::vector<double> x;
  for (Coordinate& each : at.coordinates) x.push_back(each.initial = 0.01 * *rc::gen::inRange(-200, 200));
  const double step = *rc::gen::element(1e-3, 0.1, 2.0);
  const std::vector<double> central = measured(plain(Differences::central, step), at, curved);
  const std::vector<double> forward = measured(plain(Differences::forward, step), at, curved);
  for (std::size_t i = 0; i < 4; ++i) {
    RC_ASSERT(std::abs(central[i] - curved_slope(x, i)) < 1e-11);
    const double half = 0.5 * step / static_cast<double>(1 + 2 * i);
    RC_ASSERT(std::abs(forward[i] - curved_slope(x, i) - half) < 1e-11);
  }
}

TEST(FiniteDifferences, ask_all_neighbours_at_once) {
  const auto central = make_finite_differences(plain(Differences::central, 0.5), problem(2, 1))->ask();
  EXPECT_EQ(central.values, (std::vector<double>{1, 1, 0.5, 1, 1.5, 1, 1, 0.5, 1, 1.5}));
  Problem scaled = problem(2, 1);
  scaled.coordinates[1].scale = 4;
  const auto forward = make_finite_differences(plain(Differences::forward, 0.5), scaled)->ask();
  EXPECT_EQ(forward.values, (std::vector<double>{1, 1, 1.5, 1, 1, 3}));
}

TEST(FiniteDifferences, stay_within_bounds_and_measure_there) {
  Problem at = problem(3, 1);
  at.coordinates[0] = {.initial = 1, .lower = 0, .upper = 1};
  at.coordinates[1] = {.initial = 0, .lower = 0, .upper = 1};
  at.coordinates[2] = {.initial = 2, .lower = 2, .upper = 2};
  const auto linear = [](std::span<const double> x) { return 0.25 * x[0] - 0.5 * x[1] + 7 * x[2]; };
  for (const Differences differences : {Differences::central, Differences::forward}) {
    const auto search = make_finite_differences(plain(differences, 0.25), at);
    const Candidates candidates = search->ask();
    for (std::size_t k = 0; k < candidates.count(); ++k) {
      EXPECT_TRUE(candidates[k][0] <= 1 && candidates[k][1] >= 0 && candidates[k][2] == 2) << k;
    }
    search->tell(evaluate(candidates, linear));
    EXPECT_EQ(search->best_guess(), (std::vector<double>{0.75, 0.5, 2}));
  }
}

TEST(FiniteDifferences, use_the_neighbour_that_has_a_loss) {
  const auto failing = [](std::span<const double> x) {
    return x[0] > 1.1 || x[1] < 0.9 || x[2] != 1 ? std::nan("") : 3 * x[0] + 2 * x[1] + x[2];
  };
  const std::vector<double> slopes = measured(plain(Differences::central, 0.25), problem(3, 1), failing);
  EXPECT_NEAR(slopes[0], 3, 1e-14);
  EXPECT_NEAR(slopes[1], 2, 1e-14);
  EXPECT_EQ(slopes[2], 0);
}

// The kink of |x| at zero is no part of what is measured: the proximal step alone knows of it.
TEST(FiniteDifferences, measure_the_loss_without_its_penalty) {
  Problem at = problem(2, 0);
  at.l1 = 5;
  at.coordinates[0].penalised = true;
  const auto linear = [](std::span<const double> x) { return 2 * x[0] - x[1] + 5 * std::abs(x[0]); };
  for (const Differences differences : {Differences::central, Differences::forward}) {
    const auto search = make_finite_differences(plain(differences, 0.25), at);
    search->tell(evaluate(search->ask(), linear));
    EXPECT_EQ(search->best_guess(), (std::vector<double>{0, 1}));  // 2 < l1 keeps the first at zero
  }
}

/// Flat but for jumps at multiples of a quarter, as losses over spikes are.
double stairs(std::span<const double> x) {
  double sum = 0;
  for (const double each : x) sum += std::floor(4 * std::abs(each)) / 4;
  return sum;
}

// From 1.1 on, steps of 0.01 to 0.08 below see no stair at 1, one of 0.16 does.
TEST(FiniteDifferences, double_a_step_until_a_loss_changes) {
  Problem at = problem(2, 1.1);
  at.coordinates[1].initial = 0.9;
  FiniteDifferencesOptions options = plain(Differences::central, 0.01);
  const auto staying = make_finite_differences(options, at);
  options.largest_step = 1;
  options.learning_rate = 1e-3;
  const auto growing = make_finite_differences(options, at);
  for (const double reach : {0.01, 0.02, 0.04, 0.08, 0.16, 0.16, 0.16}) {
    const Candidates asked = growing->ask();
    EXPECT_NEAR(asked[2][0] - asked[0][0], reach, 1e-12);
    EXPECT_NEAR(asked[4][1] - asked[0][1], reach, 1e-12);
    EXPECT_EQ(growing->best_guess()[0] < 1.1, asked[0][0] < 1.1);
    (void)step(*growing, stairs);
    (void)step(*staying, stairs);
  }
  EXPECT_LT(growing->best_guess()[0], 1.1);
  EXPECT_EQ(staying->best_guess(), (std::vector<double>{1.1, 0.9}));
}

TEST(FiniteDifferences, go_down_stairs_where_steps_grow) {
  for (const Differences differences : {Differences::central, Differences::forward}) {
    FiniteDifferencesOptions options;
    options.differences = differences;
    options.step = 1e-6;  // further from the first stair than ten doublings
    options.learning_rate = 0.02;
    const auto staying = make_finite_differences(options, problem(3, 1.6));
    options.largest_step = 1;
    const auto growing = make_finite_differences(options, problem(3, 1.6));
    for (int i = 0; i < 300; ++i) {
      (void)step(*growing, stairs);
      (void)step(*staying, stairs);
    }
    EXPECT_EQ(stairs(staying->best_guess()), 4.5);
    EXPECT_EQ(staying->progress().stopped, "the steps are smaller than the tolerance");
    EXPECT_LT(stairs(growing->best_guess()), 1);
  }
}

// The penalty is no part of the loss that has to change.
TEST(FiniteDifferences, see_a_flat_loss_behind_its_penalty) {
  Problem at = problem(2, 1.1);
  at.l1 = 0.3;
  at.coordinates[0].penalised = true;
  FiniteDifferencesOptions options = plain(Differences::central, 0.01);
  options.largest_step = 0.04;
  const auto search = make_finite_differences(options, at);
  const auto penalised = [](std::span<const double> x) { return 0.7 + 0.3 * std::abs(x[0]); };
  for (const double reach : {0.01, 0.02, 0.04, 0.04}) {
    const Candidates asked = search->ask();
    EXPECT_NEAR(asked[2][0] - asked[0][0], reach, 1e-12);
    (void)step(*search, penalised);
  }
}

TEST(FiniteDifferences, resumed_while_steps_grow_go_on_to_the_same_bits) {
  FiniteDifferencesOptions options;
  options.step = 1e-3;
  options.largest_step = 1;
  for (int pause = 0; pause < 12; ++pause) {
    const auto before = make_finite_differences(options, problem(2, 1.1));
    const auto after = make_finite_differences(options, problem(2, 1.1));
    for (int i = 0; i < pause; ++i) (void)step(*before, stairs);
    ASSERT_TRUE(after->load(before->save()));
    for (int i = 0; i < 20; ++i) {
      ASSERT_EQ(after->ask().values, before->ask().values);
      (void)step(*before, stairs);
      (void)step(*after, stairs);
    }
  }
}

TEST(FiniteDifferences, go_the_way_of_exact_gradients_on_a_quadratic) {
  for (const Direction direction : {Direction::adam, Direction::sgd}) {
    FiniteDifferencesOptions options;
    options.optimiser = direction;
    options.learning_rate = 0.1;
    const auto measured_way = make_finite_differences(options, problem(3, 2));
    const auto exact_way = make_gradient(options, problem(3, 2));
    for (int i = 0; i < 200; ++i) {
      (void)step(*measured_way, sphere);
      (void)step(*exact_way, problem(3, 2), sphere, sphere_gradient);
    }
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(measured_way->best_guess()[i], exact_way->best_guess()[i], 1e-6);
    }
    EXPECT_EQ(measured_way->progress().evaluations, 200u * 7);
  }
}

}  // namespace
}  // namespace carve::search
