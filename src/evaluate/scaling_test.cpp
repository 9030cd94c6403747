// Predictions against cases that can be worked out by hand, and against properties that any schedule has.
#include "carve/evaluate/scaling.hpp"

#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace carve::evaluate {
namespace {

constexpr Interconnect instant{.latency = 0, .bandwidth = 1e300, .handling = 0, .courier_rests = false};

Workload equal(std::size_t blocks, std::size_t trials, double seconds) {
  return {.sample = {1, 1, {seconds}}, .blocks = blocks, .trials = trials, .generations = 5};
}

RC_GTEST_PROP(Scaling, of_equal_lifetimes_is_that_of_pieces_dealt_out_in_rounds, ()) {
  const auto blocks = *rc::gen::inRange<std::size_t>(1, 9);
  const auto trials = *rc::gen::inRange<std::size_t>(1, 40);
  const auto ranks = *rc::gen::inRange<std::size_t>(1, 60);
  const std::size_t pieces = blocks * trials, rounds = (pieces + ranks - 1) / ranks;
  const Prediction found = predict_time(equal(blocks, trials, 0.25), instant, ranks, 1);
  const double expected = static_cast<double>(pieces) / static_cast<double>(ranks * rounds);
  RC_ASSERT(std::abs(found.efficiency - expected) < 1e-9);
  RC_ASSERT(std::abs(found.generation - 0.25 * static_cast<double>(rounds)) < 1e-9);
  RC_ASSERT(std::abs(found.search - 5 * found.generation) < 1e-9);
  RC_ASSERT(std::abs(found.even + found.uneven - found.generation) < 1e-9);
}

RC_GTEST_PROP(Scaling, of_one_rank_with_one_thread_is_perfect_and_its_time_the_sum, ()) {
  const auto seconds = *rc::gen::container<std::vector<int>>(12, rc::gen::inRange(1, 1000));
  Workload work{.sample = {3, 4, {seconds.begin(), seconds.end()}}, .blocks = 30, .trials = 40, .generations = 7};
  work.making = 2;
  work.serial = 3;
  work.redraw = *rc::gen::inRange<std::uint64_t>(0, 3);
  const Prediction found = predict_time(work, {}, 1, 1);
  RC_ASSERT(found.efficiency == 1);
  RC_ASSERT(found.messages <= 1e-9 * found.generation);
  const double made = 2.0 * 40 * (work.redraw == 0 ? 1 : work.redraw == 1 ? 7 : 4);
  RC_ASSERT(found.search >= made + 7 * 3);
}

TEST(Scaling, counts_trials_once_where_they_stay_and_in_each_set_where_they_are_drawn_anew) {
  Workload work = equal(2, 10, 1);
  work.making = 3;
  work.serial = 0.5;
  const auto search = [&](std::uint64_t redraw) {
    work.redraw = redraw;
    return predict_time(work, instant, 1, 1).search;
  };
  EXPECT_NEAR(search(0), 5 * 20.5 + 30, 1e-9);
  EXPECT_NEAR(search(1), 5 * 20.5 + 5 * 30, 1e-9);
  EXPECT_NEAR(search(2), 5 * 20.5 + 3 * 30, 1e-9);
}

TEST(Scaling, threads_of_a_rank_count_as_ranks_do_but_make_a_trial_once) {
  const Workload work = equal(1, 64, 1);
  EXPECT_NEAR(predict_time(work, instant, 4, 4).efficiency, 1, 1e-9);
  EXPECT_NEAR(predict_time(work, instant, 2, 24).efficiency, 64.0 / (48 * 2), 1e-9);
  Workload shared = equal(8, 1, 1);
  shared.making = 5;
  EXPECT_NEAR(predict_time(shared, instant, 1, 8).search, 5 * 1 + 5, 1e-9);
}

RC_GTEST_PROP(Scaling, never_beats_an_even_share_or_the_longest_piece, ()) {
  const auto seconds = *rc::gen::container<std::vector<int>>(20, rc::gen::inRange(1, 100));
  const Workload work{.sample = {5, 4, {seconds.begin(), seconds.end()}}, .blocks = 11, .trials = 7, .generations = 9};
  const auto ranks = *rc::gen::inRange<std::size_t>(1, 200);
  const Prediction found = predict_time(work, {}, ranks, *rc::gen::inRange<std::size_t>(1, 4));
  RC_ASSERT(found.efficiency <= 1 + 1e-9);
  RC_ASSERT(found.generation >= found.even * (1 - 1e-9));
  RC_ASSERT(std::abs(found.even + found.uneven + found.serial + found.messages - found.generation) <
            1e-6 * found.generation);
}

TEST(Scaling, sees_long_lifetimes_and_not_the_mean_alone) {
  // The same mean: all alike, and one in ten that takes as long as the others together.
  Workload alike = equal(100, 1, 1), unlike = alike;
  unlike.sample = {10, 1, {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 5.5}};
  ASSERT_DOUBLE_EQ(alike.sample.mean(), unlike.sample.mean());
  EXPECT_NEAR(predict_time(alike, instant, 50, 1).generation, 2, 1e-9);
  EXPECT_GE(predict_time(unlike, instant, 50, 1).generation, 5.5 - 1e-9);
  EXPECT_GT(predict_time(unlike, instant, 50, 1).uneven, 3);
  EXPECT_EQ(alike.sample.spread(), 0);
  EXPECT_NEAR(unlike.sample.spread_of_blocks(), std::sqrt(2.5), 1e-9);  // (9 * 0.25 + 20.25) / 9
}

TEST(Scaling, spreads_between_candidates_and_between_trials_are_told_apart) {
  const PieceSample candidates{2, 2, {1, 3, 1, 3}}, trials{2, 2, {1, 1, 3, 3}};
  EXPECT_NEAR(candidates.spread_of_blocks(), std::sqrt(2) / 2, 1e-12);
  EXPECT_EQ(candidates.spread_of_trials(), 0);
  EXPECT_NEAR(trials.spread_of_trials(), std::sqrt(2) / 2, 1e-12);
  EXPECT_EQ(trials.spread_of_blocks(), 0);
}

TEST(Scaling, of_the_search_itself_follows_amdahls_law) {
  Workload work = equal(1000, 1, 0.1);
  work.serial = 1;
  for (const std::size_t ranks : {10U, 100U}) {
    const auto cores = static_cast<double>(ranks);
    EXPECT_NEAR(predict_time(work, instant, ranks, 1).efficiency, 101 / (cores * (100 / cores + 1)), 1e-9);
  }
}

TEST(Scaling, of_slow_messages_is_worse_and_says_so) {
  const Workload work = equal(64, 16, 0.01);
  const Interconnect slow{.latency = 0.05, .bandwidth = 1e6};
  const Prediction fast = predict_time(work, {}, 64, 1), late = predict_time(work, slow, 64, 1);
  EXPECT_GT(late.generation, fast.generation + 2 * 0.05);
  EXPECT_GT(late.messages, 10 * fast.messages);
  EXPECT_THAT(where_it_breaks(work, slow, 1), testing::HasSubstr("claims and results"));
}

TEST(Scaling, of_trials_that_take_long_to_make_is_limited_by_making_them) {
  Workload work = equal(64, 4, 0.01);
  work.making = 10;
  work.redraw = 1;
  // With fewer trials than ranks, several make the same one, but none makes more than that.
  EXPECT_NEAR(predict_time(work, instant, 16, 1).making, 10, 1e-9);
  EXPECT_NEAR(predict_time(work, instant, 2, 1).making, 20, 1e-9);
  EXPECT_THAT(where_it_breaks(work, instant, 1), testing::HasSubstr("each rank makes the trials"));
}

TEST(Scaling, says_where_it_breaks) {
  EXPECT_THAT(where_it_breaks(equal(10, 40, 1), instant, 1),
              testing::AllOf(testing::HasSubstr("beyond about "),
                             testing::HasSubstr("fewer pieces of work than threads (400")));
  Workload serial = equal(128, 16, 0.01);
  serial.serial = 30;
  EXPECT_THAT(where_it_breaks(serial, instant, 1), testing::HasSubstr("the search itself"));
}

TEST(Scaling, repeats_to_the_bit) {
  const Workload work{.sample = {2, 2, {1, 2, 3, 5}}, .blocks = 7, .trials = 5, .generations = 9};
  EXPECT_EQ(predict_time(work, {}, 13, 2).search, predict_time(work, {}, 13, 2).search);
}

}  // namespace
}  // namespace carve::evaluate
