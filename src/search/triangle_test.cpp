#include "carve/search/triangle.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace carve::search {
namespace {

/// A random positive definite matrix B B' + I / 10, with B's entries.
Triangle random_matrix(std::size_t n) {
  const auto entries = *rc::gen::container<std::vector<int>>(n * n, rc::gen::inRange(-100, 100));
  Triangle made(n);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      double sum = i == j ? 0.1 : 0;
      for (std::size_t k = 0; k < n; ++k) sum += 1e-4 * entries[i * n + k] * entries[j * n + k];
      made.column(j)[i - j] = sum;
    }
  }
  return made;
}

RC_GTEST_PROP(Triangle, cholesky_factor_multiplies_back, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(1, 12);
  const Triangle matrix = random_matrix(n);
  Triangle factor;
  RC_ASSERT(cholesky(matrix, factor));
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      double sum = 0;
      for (std::size_t k = 0; k <= j; ++k) sum += factor.column(k)[i - k] * factor.column(k)[j - k];
      RC_ASSERT(std::abs(sum - matrix.column(j)[i - j]) < 1e-12 * static_cast<double>(n));
    }
  }
}

RC_GTEST_PROP(Triangle, products_and_solves_undo_each_other, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(1, 12);
  const Triangle matrix = random_matrix(n);
  Triangle factor;
  RC_ASSERT(cholesky(matrix, factor));
  std::vector<double> v(n), unit(n), column(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = *rc::gen::inRange(-10, 10);
  std::vector<double> there = v;
  multiply_square(factor, there);
  for (std::size_t i = 0; i < n; ++i) {  // A A' v = C v
    double sum = 0;
    for (std::size_t j = 0; j < n; ++j) sum += (i >= j ? matrix.column(j)[i - j] : matrix.column(i)[j - i]) * v[j];
    RC_ASSERT(std::abs(there[i] - sum) < 1e-10);
  }
  solve_square(factor, there);
  for (std::size_t i = 0; i < n; ++i) RC_ASSERT(std::abs(there[i] - v[i]) < 1e-7);
  for (std::size_t j = 0; j < n; ++j) {  // A e_j is column j
    std::fill(unit.begin(), unit.end(), 0.0);
    unit[j] = 1;
    multiply(factor, unit.data(), column.data());
    for (std::size_t i = 0; i < n; ++i) RC_ASSERT(column[i] == (i >= j ? factor.column(j)[i - j] : 0.0));
  }
}

TEST(Triangle, refuses_what_is_not_positive_definite) {
  Triangle matrix(2), factor;
  matrix.values = {1, 2, 1};
  EXPECT_FALSE(cholesky(matrix, factor));
  matrix.values = {1, std::nan(""), 1};
  EXPECT_FALSE(cholesky(matrix, factor));
  matrix.values = {INFINITY, 0, 1};
  EXPECT_FALSE(cholesky(matrix, factor));
  matrix.values = {1, 0.5, 1};
  EXPECT_TRUE(cholesky(matrix, factor));
}

TEST(Triangle, estimates_the_condition_number_from_below) {
  for (const double condition : {1.0, 1e3, 1e12}) {
    Triangle matrix(27), factor;
    for (std::size_t i = 0; i < 27; ++i) *matrix.column(i) = std::pow(condition, static_cast<double>(i) / 26);
    ASSERT_TRUE(cholesky(matrix, factor));
    EXPECT_LE(estimate_condition(factor), condition * (1 + 1e-9));
    EXPECT_GE(estimate_condition(factor), condition * 0.5);
  }
}

}  // namespace
}  // namespace carve::search
