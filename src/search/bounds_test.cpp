#include "carve/search/bounds.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace carve::search {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double inside(const Coordinate& coordinate, double sigma, double free) {
  const Bounds bounds({coordinate}, sigma);
  double value = 0;
  bounds.to_inside({&free, 1}, {&value, 1});
  return value;
}

RC_GTEST_PROP(Bounds, hold_whatever_the_search_proposes, ()) {
  const double lower = *rc::gen::element(-infinity, -1e9, -3.0, 0.0, 1e-9);
  const double upper = *rc::gen::element(infinity, 1e-9, 1.0, 1e12);
  const double sigma = *rc::gen::element(1e-12, 0.1, 5.0, 1e9);
  const double free =
      *rc::gen::element(-1e300, -1e15, -7.0, 0.0, 1e-9, 0.3, 1e17, 1e300) * (1 + 1e-3 * *rc::gen::inRange(-1000, 1000));
  const double value = inside({.lower = lower, .upper = upper}, sigma, free);
  RC_ASSERT(value >= lower && value <= upper);
}

RC_GTEST_PROP(Bounds, every_point_within_is_reached, ()) {
  const Coordinate coordinate{.lower = *rc::gen::element(-infinity, -2.0), .upper = *rc::gen::element(infinity, 3.0)};
  const double value = -2 + 5e-4 * *rc::gen::inRange(0, 10001);
  const Bounds bounds({coordinate}, 0.5);
  double free = bounds.to_free(0, value), back = 0;
  bounds.to_inside({&free, 1}, {&back, 1});
  RC_ASSERT(std::abs(back - value) < 1e-12);
}

TEST(Bounds, are_the_identity_away_from_the_edges_and_without_bounds) {
  const Coordinate coordinate{.lower = -1, .upper = 1};
  for (const double x : {-0.89, -0.5, 0.0, 0.3, 0.89}) EXPECT_EQ(inside(coordinate, 10, x), x);
  for (const double x : {-1e300, 0.1, 1e300}) EXPECT_EQ(inside({}, 1, x), x);
}

TEST(Bounds, bend_without_a_kink_and_touch_the_bound_flat) {
  const Coordinate coordinate{.lower = -1, .upper = 1};  // margin 0.1
  const double h = 1e-6;
  const auto slope = [&](double x) {
    return (inside(coordinate, 10, x + h) - inside(coordinate, 10, x - h)) / (2 * h);
  };
  EXPECT_NEAR(slope(0.9), 1, 1e-4);
  EXPECT_NEAR(slope(1.1), 0, 1e-4);
  EXPECT_EQ(inside(coordinate, 10, 1.1), 1);
  EXPECT_NEAR(slope(-0.9), 1, 1e-4);
  EXPECT_EQ(inside(coordinate, 10, -1.1), -1);
  EXPECT_DOUBLE_EQ(inside(coordinate, 10, 1.1 + 0.05), inside(coordinate, 10, 1.1 - 0.05));  // mirrored beyond
}

TEST(Bounds, of_one_value_leave_that_value) {
  const Coordinate fixed{.initial = 2, .lower = 2, .upper = 2};
  for (const double x : {-1e9, 0.0, 2.0, 5.0}) EXPECT_EQ(inside(fixed, 1, x), 2);
}

}  // namespace
}  // namespace carve::search
