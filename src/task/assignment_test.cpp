// The best assignment against all permutations.
#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/task/assignment.hpp"

namespace carve::task {
namespace {

double cost_of(const std::vector<double>& costs, const std::vector<std::size_t>& columns) {
  double sum = 0;
  for (std::size_t row = 0; row < columns.size(); ++row) sum += costs[row * columns.size() + columns[row]];
  return sum;
}

TEST(Assignment, of_nothing_and_of_one) {
  EXPECT_TRUE(best_assignment({}, 0).empty());
  EXPECT_EQ(best_assignment(std::vector<double>{-7}, 1), std::vector<std::size_t>{0});
}

TEST(Assignment, gives_up_the_best_single_pair_where_that_costs_the_others_more) {
  EXPECT_EQ(best_assignment(std::vector<double>{0, 1, 2, 10}, 2), (std::vector<std::size_t>{1, 0}));
}

RC_GTEST_PROP(Assignment, is_no_worse_than_any_permutation, ()) {
  const std::size_t size = *rc::gen::inRange<std::size_t>(1, 7);
  std::vector<double> costs;
  for (std::size_t i = 0; i < size * size; ++i) costs.push_back(*rc::gen::inRange(-9, 10));  // many ties
  const std::vector<std::size_t> found = best_assignment(costs, size);
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  RC_ASSERT(std::is_permutation(found.begin(), found.end(), order.begin(), order.end()));
  double least = cost_of(costs, order);
  while (std::next_permutation(order.begin(), order.end())) least = std::min(least, cost_of(costs, order));
  RC_ASSERT(cost_of(costs, found) == least);
}

}  // namespace
}  // namespace carve::task
