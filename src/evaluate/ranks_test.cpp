// Ranks: every piece is done once and is known to all; who is lost is told; pieces are handed out in order.
#include "carve/evaluate/ranks.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/base/error.hpp"
#include "carve/evaluate/interconnect.hpp"
#include "carve/evaluate/meeting.hpp"
#include "carve/evaluate/schedule.hpp"
#include "carve/evaluate/test_channel.hpp"
#include "carve/evaluate/test_support.hpp"

namespace carve::evaluate::test {
namespace {

RanksOptions two_threads() { return {.timeout = 30, .threads = 2, .build = "this one"}; }

RC_GTEST_PROP(Schedule, hands_out_every_piece_once, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(0, 300);
  const auto group = *rc::gen::inRange<std::size_t>(0, 20);
  const auto ranks = *rc::gen::inRange<std::size_t>(1, 40);
  const double making = *rc::gen::inRange(0, 5);
  Schedule schedule(count, group, ranks);
  std::vector<int> times(count);
  const auto hand_out = [&](const Pieces& pieces) {
    RC_ASSERT(pieces.first + pieces.count <= count);
    for (std::size_t i = 0; i < pieces.count; ++i) ++times[pieces.first + i];
    return pieces.count;
  };
  for (std::size_t rank = 0; rank < ranks; ++rank) hand_out(schedule.first(rank));
  const auto any_wish = rc::gen::inRange<std::size_t>(1, 50);
  const auto stride = *rc::gen::inRange<std::size_t>(1, ranks + 1);
  for (std::size_t asks = 0; std::ranges::count(times, 0) > 0; ++asks)  // all ranks in turn, some more often
    hand_out(schedule.take(asks % 3 == 0 ? asks / 3 % ranks : asks * stride % ranks, *any_wish, making));
  RC_ASSERT(std::ranges::count(times, 1) == static_cast<std::ptrdiff_t>(count));
}

RC_GTEST_PROP(Schedule, ranks_of_the_same_speed_come_to_the_same_groups_each_time, ()) {
  const auto group = *rc::gen::inRange<std::size_t>(1, 20);
  const auto ranks = *rc::gen::inRange<std::size_t>(1, 40);
  const auto each = *rc::gen::inRange<std::size_t>(1, 5);  // groups of a rank
  const double making = *rc::gen::inRange(0, 5);
  Schedule schedule(each * ranks * group, group, ranks);
  std::vector<std::size_t> taken(ranks);
  const auto take = [&](std::size_t rank, const Pieces& pieces) {
    for (std::size_t k = 0; k < pieces.count; ++k) RC_ASSERT((pieces.first + k) / group / each == rank);
    taken[rank] += pieces.count;
    return pieces.count;
  };
  for (std::size_t rank = 0; rank < ranks; ++rank) take(rank, schedule.first(rank));
  for (std::size_t count = 1; count > 0;) {
    const auto through_first = static_cast<std::size_t>(std::ranges::min_element(taken) - taken.begin());
    count = take(through_first, schedule.take(through_first, 1, making));
  }
  RC_ASSERT(taken == std::vector<std::size_t>(ranks, each * group));
}

TEST(Schedule, half_of_its_own_then_whole_groups_then_one_by_one) {
  Schedule schedule(8 * 10, 10, 2);
  EXPECT_EQ(schedule.first(1).first, 40U);
  EXPECT_EQ(schedule.first(1).count, 20U);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(schedule.take(1, 1, 0).count, 10U);
  std::vector<std::size_t> counts;
  while (counts.empty() || counts.back() > 0) counts.push_back(schedule.take(0, 100, 0).count);
  EXPECT_THAT(counts, testing::ElementsAre(2, 2, 1, 1, 1, 1, 1, 1, 0));
}

TEST(Schedule, takes_over_from_the_end_of_another_s_stretch) {
  Schedule schedule(8 * 10, 10, 2);
  for (const std::size_t first : {60U, 70U, 30U}) EXPECT_EQ(schedule.take(1, 1, 0).first, first);
  EXPECT_EQ(schedule.take(0, 1, 0).first, 20U);
  EXPECT_EQ(schedule.take(1, 1, 0).first, 29U);
  EXPECT_EQ(schedule.take(0, 1, 0).first, 21U);
}

TEST(Schedule, takes_over_where_most_is_left) {
  Schedule schedule(4 * 8, 1, 4);  // stretches of 8, half of each given away
  for (int i = 0; i < 4; ++i) EXPECT_EQ(schedule.take(0, 1, 0).first, static_cast<std::size_t>(4 + i));
  EXPECT_EQ(schedule.take(2, 1, 0).first, 20U);
  EXPECT_EQ(schedule.take(3, 1, 0).first, 28U);
  EXPECT_EQ(schedule.take(0, 1, 0).first, 15U);  // rank 1's last, which has taken nothing yet
  EXPECT_EQ(schedule.take(1, 1, 0).first, 12U);
  EXPECT_THAT((std::vector{schedule.take(0, 1, 0).first, schedule.take(0, 1, 0).first}),
              testing::UnorderedElementsAre(23U, 31U));
}

TEST(Schedule, leaves_a_group_to_who_has_it_where_making_it_again_would_take_longer) {
  for (const double making : {0.0, 2.0}) {
    Schedule schedule(2 * 4, 4, 2);  // each has half a group to do, and has been given the other half
    EXPECT_EQ(schedule.take(1, 1, making).first, 6U);
    EXPECT_EQ(schedule.take(1, 1, making).first, 7U);
    EXPECT_EQ(schedule.take(1, 1, making).count, making > 0 ? 0U : 1U);
    EXPECT_EQ(schedule.take(0, 1, making).count, 1U);
  }
}

TEST(PieceTimes, tell_what_making_takes) {
  PieceTimes times;
  EXPECT_EQ(times.making(), 0);
  for (int i = 0; i < 50; ++i) times.add(i % 5 == 0 ? 3 : 1, i % 5 == 0);
  EXPECT_NEAR(times.making(), 2, 1e-9);
}

TEST(Cores, are_divided_among_the_ranks_that_may_use_them) {
  const std::vector<bool> four(4, true), first{true}, second{false, true}, none(4, false);
  EXPECT_THAT(divide_cores({"a", "a", "b"}, {four, four, four}), testing::ElementsAre(2, 2, 4));
  EXPECT_THAT(divide_cores({"a", "a", "a"}, {four, four, four}), testing::ElementsAre(1, 1, 1));
  EXPECT_THAT(divide_cores({"a", "a"}, {first, second}), testing::ElementsAre(1, 1));
  EXPECT_THAT(divide_cores({"a", "a"}, {four, first}), testing::ElementsAre(3, 1));
  EXPECT_THAT(divide_cores({"a"}, {none}), testing::ElementsAre(1));
}

TEST(Ranks, all_know_what_came_of_all_pieces_each_done_once) {
  for (const int size : {1, 2, 3, 13}) {
    for (const std::size_t count : {0U, 1U, 7U, 200U}) {
      std::vector<std::atomic<int>> times(count);
      std::atomic<int> well = 0;
      as_ranks(std::make_shared<TestNetwork>(size), two_threads(), [&](Ranks& ranks) {
        const Workers workers(ranks);
        bool right = true;
        for (std::size_t round = 0; round < 3; ++round) {
          const auto all = workers.share(count, 3, 2, [&](std::size_t piece, std::span<double> places) {
            ++times[piece];
            places[0] = std::sqrt(static_cast<double>(piece + round));
            places[1] = piece % 5 == 0 ? std::nan("") : -0.0;
          });
          for (std::size_t i = 0; i < count; ++i) {
            right = right && all[2 * i] == std::sqrt(static_cast<double>(i + round));
            right = right && (i % 5 == 0 ? std::isnan(all[2 * i + 1]) : std::signbit(all[2 * i + 1]));
          }
          right = right && all.size() == 2 * count;
        }
        ranks.leave();
        well += right;
      });
      EXPECT_EQ(well, size);
      for (const auto& each : times) EXPECT_EQ(each, 3);
    }
  }
}

TEST(Ranks, an_evaluation_over_ranks_is_that_of_one_thread_to_the_bit) {
  const Task task({.inputs = 6}, 7, 60);
  const auto candidates = scales(90);
  const Evaluator evaluator(task.network, rules_of("A*(x*y - y^2*w)"), *task.loss);
  const Evaluation expected = evaluator.evaluate(candidates, task.trials, Workers(1));
  for (const int size : {2, 5}) {
    std::atomic<int> well = 0;
    as_ranks(std::make_shared<TestNetwork>(size), two_threads(), [&](Ranks& ranks) {
      const Evaluation found = evaluator.evaluate(candidates, task.trials, Workers(ranks));
      ranks.leave();
      well += same(found.losses, expected.losses) && found.outcomes == expected.outcomes;
    });
    EXPECT_EQ(well, size);
  }
}

TEST(Ranks, what_the_leader_says_reaches_all) {
  std::atomic<int> heard = 0;
  as_ranks(std::make_shared<TestNetwork>(20), two_threads(), [&](Ranks& ranks) {
    heard += ranks.from_leader(ranks.leads() ? "first" : "") == "first";
    heard += ranks.from_leader(ranks.leads() ? "second" : "") == "second";
    if (ranks.leads()) return ranks.leave();
    heard += ranks.from_leader("").empty();
    ranks.leave();
  });
  EXPECT_EQ(heard, 20 + 20 + 19);
}

TEST(Ranks, measure_their_messages_together_and_work_on) {
  std::atomic<int> well = 0;
  as_ranks(std::make_shared<TestNetwork>(3), two_threads(), [&](Ranks& ranks) {
    const Interconnect network = measure_interconnect(ranks);
    well += network.latency > 0 && network.bandwidth > 0 && std::isfinite(network.bandwidth);
    const auto all = Workers(ranks).share(
        4, 1, 1, [](std::size_t piece, std::span<double> places) { places[0] = static_cast<double>(piece); });
    well += all == std::vector<double>{0, 1, 2, 3};
    ranks.leave();
  });
  EXPECT_EQ(well, 6);
}

TEST(Ranks, all_stop_when_the_leader_is_told_to_and_leave_together) {
  StopFlag stop = 0;
  std::atomic<int> stopped = 0, done = 0;
  RanksOptions options = two_threads();
  options.stop = &stop;
  as_ranks(std::make_shared<TestNetwork>(20), options, [&](Ranks& ranks) {
    const Workers workers(ranks);
    try {
      for (;;) {
        (void)workers.share(30, 1, 1, [&](std::size_t, std::span<double>) {
          if (++done == 100) stop = 1;
        });
      }
    } catch (const Stopped&) {
      ++stopped;
    }
    ranks.leave();
  });
  EXPECT_EQ(stopped, 20);
}

TEST(Ranks, a_silent_rank_is_told_and_the_job_ended) {
  for (const int silent : {0, 2}) {
    const auto network = std::make_shared<TestNetwork>(4);
    std::mutex mutex;
    std::set<std::string> told;
    RanksOptions options = two_threads();
    options.timeout = 0.3;
    options.on_lost = [&](const std::string& message) {
      const std::lock_guard lock(mutex);
      told.insert(message.substr(0, message.find(" (")));
    };
    std::atomic<int> ended = 0, present = 0;
    as_ranks(network, options, [&](Ranks& ranks) {
      try {
        ++present;
        while (present < 4) std::this_thread::yield();
        const Workers workers(ranks);
        for (;;) {
          (void)workers.share(8, 1, 1, [&](std::size_t, std::span<double>) {
            network->silent[static_cast<std::size_t>(silent)] = true;
          });
        }
      } catch (const base::EnvironmentError&) {
        ++ended;
      }
    });
    EXPECT_EQ(ended, 4);
    EXPECT_EQ(network->aborted, 3);
    EXPECT_TRUE(told.contains(silent == 0 ? "rank 0" : "rank 2")) << testing::PrintToString(told);
  }
}

TEST(Ranks, one_that_hangs_at_the_very_end_is_told_and_the_job_ended) {
  const auto network = std::make_shared<TestNetwork>(3);
  network->closed = -1;  // one fewer than all will ever come
  std::mutex mutex;
  std::vector<std::string> told;
  RanksOptions options = two_threads();
  options.timeout = 0.3;
  options.on_lost = [&](const std::string& message) {
    const std::lock_guard lock(mutex);
    told.push_back(message);
  };
  as_ranks(network, options, [](Ranks& ranks) { ranks.leave(); });
  EXPECT_EQ(network->aborted, 3);
  ASSERT_FALSE(told.empty());
  EXPECT_THAT(told.front(), testing::AllOf(testing::StartsWith("rank 0 ("), testing::HasSubstr("come to the end")));
}

TEST(Ranks, a_mistake_on_one_is_told_by_the_leader_with_its_code) {
  const auto network = std::make_shared<TestNetwork>(3);
  std::mutex mutex;
  std::vector<std::string> told;
  RanksOptions options = two_threads();
  options.timeout = 1;
  options.on_lost = [&](const std::string& message) {
    const std::lock_guard lock(mutex);
    told.push_back(message);
  };
  std::atomic<int> ended = 0, present = 0;
  as_ranks(network, options, [&](Ranks& ranks) {
    try {
      ++present;
      while (present < 3) std::this_thread::yield();
      const Workers workers(ranks);
      if (ranks.rank() == 1) return ranks.give_up("out of memory", 70);
      for (;;) (void)workers.share(500, 1, 1, [](std::size_t, std::span<double>) {});
    } catch (const base::EnvironmentError& error) {
      ended += std::string(error.what()).ends_with("out of memory");
    }
  });
  EXPECT_GE(ended, 1);
  EXPECT_EQ(network->aborted, 70);
  ASSERT_FALSE(told.empty());
  EXPECT_THAT(told.front(), testing::AllOf(testing::StartsWith("rank 1 ("), testing::EndsWith("): out of memory")));
}

TEST(Ranks, of_another_build_do_not_meet) {
  const auto network = std::make_shared<TestNetwork>(2);
  std::jthread other([&] {
    RanksOptions options = two_threads();
    options.build = "another";
    options.timeout = 0.5;
    EXPECT_THROW(Ranks(std::make_unique<TestChannel>(network, 1), options), base::EnvironmentError);
  });
  EXPECT_THROW(Ranks(std::make_unique<TestChannel>(network, 0), two_threads()), base::EnvironmentError);
  EXPECT_EQ(network->aborted, 3);
}

}  // namespace
}  // namespace carve::evaluate::test
