// Spans of rows by hand and by their properties.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/base/random.hpp"
#include "carve/task/subspace.hpp"
#include "carve/task/test_support.hpp"

namespace carve::task {
namespace {

std::vector<double> random_rows(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  std::vector<double> values(rows * columns);
  base::fill_normal({seed, base::Purpose::inputs, 0, 0}, std::span<double>(values));
  return values;
}

TEST(Subspace, rows_that_say_nothing_new_are_left_out) {
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<double> rows{0, 0, 0, 3, 4, 0, inf, 1, 0, -6e200, -8e200, 0, 1e-200, 0, 0};
  const std::vector<double> basis = orthonormal_rows(rows, 3);
  ASSERT_EQ(basis.size(), 6U);  // (3, 4, 0) and the first axis
  const double expected[] = {0.6, 0.8, 0, 0.8, -0.6, 0};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(basis[i], expected[i], 1e-14);
  EXPECT_TRUE(orthonormal_rows(std::vector<double>(6, 0.0), 3).empty());
}

TEST(Subspace, overlap_of_planes_is_the_sum_of_squared_cosines_of_their_angles) {
  const std::vector<double> floor{1, 0, 0, 0, 1, 0};
  const std::vector<double> tilted{1, 0, 0, 0, 0.6, 0.8};  // about the first axis
  EXPECT_NEAR(span_overlap(floor, tilted, 3), 1 + 0.36, 1e-15);
  EXPECT_NEAR(span_overlap(floor, std::vector<double>{0, 0, 1}, 3), 0, 1e-15);
}

RC_GTEST_PROP(Subspace, bases_are_orthonormal_span_the_rows_and_forget_which_rows_they_came_from, ()) {
  const std::size_t columns = *rc::gen::inRange<std::size_t>(2, 9);
  const std::size_t count = *rc::gen::inRange<std::size_t>(1, columns + 1);
  const std::vector<double> rows = random_rows(count, columns, *rc::gen::arbitrary<std::uint64_t>());
  const std::vector<double> basis = orthonormal_rows(rows, columns);
  RC_ASSERT(basis.size() == rows.size());
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = 0; b < count; ++b) {
      const double product = test::dot(basis.data() + a * columns, basis.data() + b * columns, columns);
      RC_ASSERT(std::abs(product - (a == b ? 1 : 0)) < 1e-12);
    }
  }
  // Other rows with the same span: each one plus the next, the last one alone and upside down.
  std::vector<double> mixed = rows;
  for (std::size_t i = 0; i + columns < mixed.size(); ++i) mixed[i] += rows[i + columns];
  for (std::size_t i = mixed.size() - columns; i < mixed.size(); ++i) mixed[i] *= -1e-7;
  const double overlap = span_overlap(basis, orthonormal_rows(mixed, columns), columns);
  RC_ASSERT(std::abs(overlap - static_cast<double>(count)) < 1e-6);
}

}  // namespace
}  // namespace carve::task
