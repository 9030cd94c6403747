// Gradients of the mean loss: the slopes of what is evaluated, whatever the threads and the order.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "carve/base/isa.hpp"
#include "carve/evaluate/gradients.hpp"
#include "carve/evaluate/test_support.hpp"
#include "carve/rule/rule_derivatives.hpp"

namespace carve::evaluate {
namespace {

using test::rules_of;
using test::same;
using test::scales;
using test::Task;

/// The slope of the mean loss by each coordinate of the search, from evaluations nearby.
std::vector<double> differences(const Task& task, const rule::RuleSet& rules, const std::vector<double>& point) {
  const Evaluator evaluator(task.network, rules, *task.loss);
  std::vector<double> slopes;
  for (std::size_t i = 0; i < point.size(); ++i) {
    constexpr double step = 1e-4;
    std::vector<std::vector<double>> candidates;
    for (const double by : {-2 * step, -step, step, 2 * step}) {
      std::vector<double> moved = point;
      moved[i] += by;
      candidates.push_back(rule::parameter_values(rules, moved));
    }
    const Evaluation found = evaluator.evaluate(candidates, task.trials, Workers(1));
    slopes.push_back((8 * (found.mean(2) - found.mean(1)) - (found.mean(3) - found.mean(0))) / (12 * step));
  }
  return slopes;
}

void expect_slopes(const Task& task, const rule::RuleSet& rules, const std::vector<double>& point) {
  const std::vector<std::vector<double>> candidates{rule::parameter_values(rules, point)};
  const Gradients found =
      GradientEvaluator(task.network, rules, *task.loss).evaluate(candidates, task.trials, Workers(2));
  ASSERT_EQ(found.dimension, point.size());
  const std::vector<double> expected = differences(task, rules, point);
  double size = 0;
  for (const double each : expected) size = std::max(size, std::abs(each));
  EXPECT_GT(size, 1e-3);
  for (std::size_t i = 0; i < point.size(); ++i) EXPECT_NEAR(found.slopes[i], expected[i], 1e-6 * size) << i;
}

TEST(GradientEvaluator, gives_the_slopes_of_the_mean_loss) {
  const network::RateNetwork network{.inputs = 8, .outputs = 2, .double_precision = true};
  const rule::RuleSet polynomial = rules_of("0.02*(A*x*y + B*y^2*w + C*x^2*w)");
  const rule::RuleSet text = rules_of("0.02*(A*tanh(x*y) + B*y^2*w + C*abs(w)*x)");
  for (const rule::RuleSet* rules : {&polynomial, &text}) {
    expect_slopes(Task(network, 5, 150), *rules, {0.9, -1.1, 0.2});
    expect_slopes(Task(network, 5, 150, "0.02*(x*y - y^2*w)"), *rules, {0.9, -0.7, 0.2});
    expect_slopes(Task(network, 5, 150, "0.02*(x*y - y^2*w)", 7), *rules, {0.9, -0.7, 0.2});
  }
}

TEST(GradientEvaluator, takes_logarithms_where_the_search_does) {
  base::Table eta, table;
  eta.set("init", {0.02, {}});
  eta.set("scale", {std::string("log"), {}});
  eta.set("lower", {1e-4, {}});
  eta.set("upper", {1.0, {}});
  table.set("dw", {std::string("eta*(A*x*y + B*y^2*w)"), {}});
  table.set("eta", {std::move(eta), {}});
  base::Diagnostics diagnostics;
  auto space = rule::read_rule_space("test", table, {}, diagnostics);
  ASSERT_TRUE(space) << diagnostics.render();
  const Task task({.inputs = 8, .double_precision = true}, 5, 150);
  expect_slopes(task, {{std::move(*space)}}, {std::log(0.02), 0.9, -1.1});
}

TEST(GradientEvaluator, two_rules_of_a_hierarchy) {
  const Task task({.inputs = 6, .outputs = 3, .lateral = network::Lateral::hierarchical, .double_precision = true}, 4,
                  120);
  rule::RuleSet rules = rules_of("0.02*(A*x*y + B*y^2*w)");
  rules.rules.push_back(rules_of("0.05*C*x*y + D*w*tanh(x)").rules.front());
  expect_slopes(task, rules, {1.1, -0.9, -1.2, 0.01});
}

TEST(GradientEvaluator, does_not_depend_on_threads_order_or_instruction_set_and_scores_as_the_evaluator) {
  for (const bool double_precision : {false, true}) {
    const Task task({.inputs = 9, .outputs = 2, .double_precision = double_precision}, 7, 200);
    const rule::RuleSet rules = rules_of("A*(x*y - y^2*w)");
    const GradientEvaluator evaluator(task.network, rules, *task.loss);
    const auto candidates = scales(70);
    const Gradients first = evaluator.evaluate(candidates, task.trials, Workers(1));
    ASSERT_EQ(first.slopes.size(), 70U);
    const Evaluation plain = Evaluator(task.network, rules, *task.loss).evaluate(candidates, task.trials, Workers(1));
    EXPECT_TRUE(same(first.evaluation.losses, plain.losses));
    EXPECT_EQ(first.evaluation.outcomes, plain.outcomes);
    EXPECT_TRUE(same(evaluator.evaluate(candidates, task.trials, Workers(5)).slopes, first.slopes));
    auto reversed = candidates;
    std::reverse(reversed.begin(), reversed.end());
    std::vector<double> slopes = evaluator.evaluate(reversed, task.trials, Workers(2)).slopes;
    std::reverse(slopes.begin(), slopes.end());
    EXPECT_TRUE(same(slopes, first.slopes));
    const base::Isa before = base::isa();
    for (const base::Isa isa : {base::Isa::scalar, base::Isa::v3}) {
      if (!base::supported(isa)) continue;
      base::force_isa(isa);
      EXPECT_TRUE(same(evaluator.evaluate(candidates, task.trials, Workers(2)).slopes, first.slopes));
    }
    base::force_isa(before);
  }
}

TEST(GradientEvaluator, failed_lifetimes_have_no_slope_and_harm_nobody) {
  const Task task({.inputs = 4}, 2, 400);
  const rule::RuleSet rules = rules_of("A*(x*y - y^2*w)");
  const GradientEvaluator evaluator(task.network, rules, *task.loss);
  const std::vector<std::vector<double>> alone{{0.01}}, together{{1e30}, {0.01}, {1e20}}, lost{{1e30}};
  const Gradients one = evaluator.evaluate(alone, task.trials, Workers(1));
  const Gradients three = evaluator.evaluate(together, task.trials, Workers(1));
  EXPECT_EQ(three.slopes[1], one.slopes[0]);
  EXPECT_NE(one.slopes[0], 0);
  EXPECT_TRUE(std::isnan(three.slopes[0]));
  EXPECT_TRUE(std::isnan(three.slopes[2]));
  EXPECT_TRUE(std::isnan(evaluator.evaluate(lost, task.trials, Workers(1)).slopes[0]));
  EXPECT_EQ(evaluator.evaluate(alone, task.trials, Workers(1)).slopes, one.slopes);  // nothing is left of the lost ones
}

TEST(GradientEvaluator, a_few_failed_trials_add_nothing_and_many_leave_no_slope) {
  Task task({.inputs = 4}, 20, 200);
  const rule::RuleSet rules = rules_of("A*(x*y - y^2*w)");
  const GradientEvaluator evaluator(task.network, rules, *task.loss);
  const std::vector<std::vector<double>> candidates{{0.01}};
  const auto slope = [&](std::size_t trials) {
    return evaluator.evaluate(candidates, Trials(task.trials).first(trials), Workers(1)).slopes[0];
  };
  for (const std::size_t failing : {0U, 19U}) task.trials[failing].initial_weights.assign(4, 1e30F);
  double others = 0;
  for (std::size_t i = 1; i < 19; ++i)
    others +=
        evaluator.evaluate(candidates, std::span<const task::Trial>(task.trials).subspan(i, 1), Workers(1)).slopes[0];
  EXPECT_NEAR(slope(20), others / 20, 1e-12);  // 2 of 20
  EXPECT_TRUE(std::isnan(slope(9)));           // 1 of 9
}

}  // namespace
}  // namespace carve::evaluate
