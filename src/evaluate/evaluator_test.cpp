// The same losses for any threads and order; failures are graded; what is shown is what was scored.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstring>
#include <memory>
#include <numeric>
#include <thread>

#include <gtest/gtest.h>

#include "carve/base/isa.hpp"
#include "carve/evaluate/evaluator.hpp"
#include "carve/evaluate/test_support.hpp"

namespace carve::evaluate {
namespace {

using task::Outcome;
using test::rules_of;
using test::same;
using test::scales;
using test::Task;

TEST(Workers, do_every_item_once) {
  for (const int threads : {1, 2, 5}) {
    const Workers workers(threads);
    EXPECT_EQ(workers.threads(), threads);
    std::vector<std::atomic<int>> done(1000);
    workers.each(done.size(), [&](std::size_t i) { ++done[i]; });
    EXPECT_TRUE(std::all_of(done.begin(), done.end(), [](const auto& each) { return each == 1; }));
    workers.each(0, [](std::size_t) { FAIL(); });
  }
  EXPECT_GE(Workers(0).threads(), 1);
}

TEST(Workers, begin_nothing_more_once_they_are_told_to_stop) {
  for (const int threads : {1, 4}) {
    StopFlag stop{0};
    const Workers workers(threads, &stop);
    std::atomic<int> begun = 0;
    EXPECT_THROW(workers.each(1000,
                              [&](std::size_t) {
                                if (++begun == 10) stop = 1;
                              }),
                 Stopped);
    EXPECT_GE(begun, 10);
    EXPECT_LT(begun, 10 + threads);
    EXPECT_THROW(workers.each(1, [](std::size_t) { FAIL(); }), Stopped);
    stop = 0;
    workers.each(1, [&](std::size_t) { begun = 0; });
    EXPECT_EQ(begun, 0);
  }
}

TEST(Workers, work_side_by_side_whatever_others_there_are) {
  const Workers one(1), two(2);
  std::atomic<int> begun = 0;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  two.each(2, [&](std::size_t) {
    ++begun;
    while (begun < 2 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    EXPECT_EQ(begun, 2);  // each waits for the other
  });
}

TEST(Evaluator, losses_do_not_depend_on_threads_order_or_instruction_set) {
  for (const bool double_precision : {false, true}) {
    const Task task({.inputs = 9, .outputs = 2, .double_precision = double_precision}, 7, 200);
    const Evaluator evaluator(task.network, rules_of("A*(x*y - y^2*w)"), *task.loss);
    const auto candidates = scales(70);
    const Evaluation first = evaluator.evaluate(candidates, task.trials, Workers(1));
    ASSERT_EQ(first.losses.size(), 70U * 7U);
    for (const int threads : {2, 5}) {
      const Evaluation other = evaluator.evaluate(candidates, task.trials, Workers(threads));
      EXPECT_TRUE(same(other.losses, first.losses));
      EXPECT_EQ(other.outcomes, first.outcomes);
    }
    // Candidates and trials the other way round.
    auto reversed = candidates;
    std::reverse(reversed.begin(), reversed.end());
    auto trials = task.trials;
    std::reverse(trials.begin(), trials.end());
    std::vector<double> losses = evaluator.evaluate(reversed, trials, Workers(2)).losses;
    std::reverse(losses.begin(), losses.end());
    EXPECT_TRUE(same(losses, first.losses));
    const base::Isa before = base::isa();
    for (const base::Isa isa : {base::Isa::scalar, base::Isa::v3}) {
      if (!base::supported(isa)) continue;
      base::force_isa(isa);
      EXPECT_TRUE(same(evaluator.evaluate(candidates, task.trials, Workers(2)).losses, first.losses));
    }
    base::force_isa(before);
  }
}

TEST(Evaluator, trials_do_not_depend_on_threads) {
  const Task task({.inputs = 5}, 1, 50);
  const task::TrialSource source{
      .inputs = task.inputs.get(), .loss = task.loss.get(), .network = {.inputs = 5}, .seed = 8, .plan = {.steps = 50}};
  const auto one = make_trials(source, task::Split::validation, 4, 9, Workers(1));
  const auto many = make_trials(source, task::Split::validation, 4, 9, Workers(5));
  for (std::size_t i = 0; i < 9; ++i) {
    EXPECT_EQ(one[i].index, 4 + i);
    EXPECT_EQ(one[i].samples.values, many[i].samples.values);
    EXPECT_EQ(one[i].initial_weights, many[i].initial_weights);
  }
}

TEST(Evaluator, a_teachers_student_with_the_same_rule_loses_nothing_and_others_something) {
  const Task task({.inputs = 6, .double_precision = true}, 3, 100, "0.02*(x*y - y^2*w)", 4);
  const Evaluator evaluator(task.network, rules_of("A*(x*y - y^2*w)"), *task.loss);
  const std::vector<std::vector<double>> candidates{{0.02}, {0.021}};
  const Evaluation evaluation = evaluator.evaluate(candidates, task.trials, Workers(2));
  for (const double loss : evaluation.of(0)) EXPECT_LE(loss, 1e-28);
  for (const double loss : evaluation.of(1)) EXPECT_GT(loss, 1e-8);
}

TEST(Evaluator, failures_score_above_the_worst_the_sooner_the_worse) {
  const Task task({.inputs = 4}, 2, 800);
  const Evaluator evaluator(task.network, rules_of("A*w"), *task.loss);
  // Growth by a factor 1 + A per step: beyond 1e3 after very different numbers of steps; the last one only just.
  const std::vector<std::vector<double>> candidates{{1e30}, {1.0}, {0.05}, {0.025}, {0.0135}, {0.0}, {-0.01}};
  const Evaluation evaluation = evaluator.evaluate(candidates, task.trials, Workers(1));
  const double worst = task.loss->worst();
  for (std::size_t trial = 0; trial < 2; ++trial) {
    EXPECT_EQ(evaluation.outcomes[0 * 2 + trial], Outcome::not_finite);
    for (const std::size_t i : {3UL, 4UL}) EXPECT_EQ(evaluation.outcomes[i * 2 + trial], Outcome::blown_up) << i;
    for (const std::size_t i : {5UL, 6UL}) EXPECT_EQ(evaluation.outcomes[i * 2 + trial], Outcome::finished) << i;
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_GT(evaluation.of(i)[trial], worst) << i;
      EXPECT_LE(evaluation.of(i)[trial], 2 * worst) << i;
      EXPECT_GE(evaluation.of(i)[trial], evaluation.of(i + 1)[trial]) << i;
    }
    EXPECT_GT(evaluation.of(0)[trial], evaluation.of(3)[trial]);
    EXPECT_GT(evaluation.of(3)[trial], evaluation.of(4)[trial]);
    for (const std::size_t i : {5UL, 6UL}) EXPECT_LE(evaluation.of(i)[trial], worst) << i;
  }
  const task::OutcomeCounts counts = evaluation.counts();
  EXPECT_EQ(counts[static_cast<std::size_t>(Outcome::finished)], 2U);
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}), candidates.size());
}

TEST(Evaluator, a_failing_neighbour_ends_nobody_elses_lifetime) {
  const Task task({.inputs = 4}, 2, 400);
  const Evaluator evaluator(task.network, rules_of("A*(x*y - y^2*w)"), *task.loss);
  const std::vector<std::vector<double>> alone{{0.01}}, together{{1e30}, {0.01}, {1e20}};
  const Evaluation one = evaluator.evaluate(alone, task.trials, Workers(1));
  const Evaluation three = evaluator.evaluate(together, task.trials, Workers(1));
  for (std::size_t trial = 0; trial < 2; ++trial) EXPECT_EQ(three.of(1)[trial], one.of(0)[trial]);
}

TEST(Evaluator, means_over_all_and_over_every_other_trial) {
  const Evaluation evaluation{.candidates = 2,
                              .trials = 3,
                              .losses = {1, 2, 6, 4, 4, 4},
                              .outcomes = {Outcome::finished, Outcome::blown_up, Outcome::finished, Outcome::finished,
                                           Outcome::finished, Outcome::finished}};
  EXPECT_EQ(evaluation.mean(0), 3);
  EXPECT_EQ(evaluation.mean(0, 0, 2), 3.5);
  EXPECT_EQ(evaluation.mean(0, 1, 2), 2);
  EXPECT_EQ(evaluation.mean(1), 4);
  EXPECT_EQ(evaluation.outcome(0), Outcome::blown_up);
  EXPECT_EQ(evaluation.outcome(1), Outcome::finished);
}

TEST(Evaluator, the_last_snapshot_is_what_is_scored) {
  for (const network::Update update : {network::Update::online, network::Update::batch_mean}) {
    const Task task({.inputs = 7, .outputs = 2, .update = update, .batch = 6}, 2, 100);
    const Evaluator evaluator(task.network, rules_of("A*(x*y - y^2*w)"), *task.loss);
    const auto candidates = scales(3);
    const Evaluation evaluation = evaluator.evaluate(candidates, task.trials, Workers(1));
    for (std::size_t trial = 0; trial < 2; ++trial) {
      const auto path = evaluator.trace(candidates[2], task.trials[trial], 9);
      EXPECT_EQ(path.front().step, 0U);
      EXPECT_EQ(path.back().step, 100U);
      EXPECT_EQ(path.size(), 9U);
      for (std::size_t i = 0; i < path.front().weights.size(); ++i) {
        EXPECT_EQ(path.front().weights[i], static_cast<double>(task.trials[trial].initial_weights[i]));
      }
      EXPECT_EQ(task.loss->score({.trial = task.trials[trial], .weights = path.back().weights}),
                evaluation.of(2)[trial]);
    }
  }
}

}  // namespace
}  // namespace carve::evaluate
