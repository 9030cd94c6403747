// Lifetimes that take too long on the clock: counted, graded, kept by the record; limits that nobody meets change no
// bit; and a lifetime of hours ends promptly when it is told to. No test depends on how fast anything is: a limit is
// either too short for any lifetime or too long for all.
#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "carve/evaluate/recurrent_evaluator.hpp"
#include "carve/experiment/answer/answer.hpp"
#include "carve/experiment/documents/summary.hpp"
#include "carve/experiment/outer_loop.hpp"
#include "carve/experiment/record/sqlite.hpp"
#include "carve/experiment/run.hpp"
#include "carve/experiment/test_support.hpp"

namespace carve::experiment {
namespace {

constexpr const char* spiking = R"toml(seed = 3
[network]
kind = "spiking_neuron"
[rule.inhibition]
family = "six_parameter"
eta = 0.01
w_max = 50
[trials]
count = 2
lifetime = "1 s"
validation = 2
inputs = { kind = "grouped" }
[loss]
kind = "target_rate"
target = "8 Hz"
window = "0.5 s"
[search]
method = "cma-es"
population = 6
generations = 2
)toml";

constexpr const char* recurrent = R"toml(seed = 3
[network]
kind = "recurrent"
preset = "tif"
excitatory = 40
inhibitory = 10
inputs = 200
[rule."I->E"]
family = "six_parameter"
eta = 0.02
w_max = 20
[trials]
count = 2
lifetime = "2 s"
validation = 2
recorded = "1 s"
[loss]
kind = "stability"
target = "8 Hz"
window = "1 s"
[search]
method = "cma-es"
population = 6
generations = 2
)toml";

const std::string too_short = "trials.wall_limit=\"0.000001 ms\"", too_long = "trials.wall_limit=\"1000000 s\"";

/// One of each kind of network.
class WallLimit : public testing::TestWithParam<std::string> {
 protected:
  static std::string text() { return GetParam() == "rate" ? small : GetParam() == "spiking" ? spiking : recurrent; }
};
INSTANTIATE_TEST_SUITE_P(Of, WallLimit, testing::Values("rate", "spiking", "recurrent"));

TEST_P(WallLimit, that_no_lifetime_meets_changes_no_bit) {
  const Folder folder;
  Run::create(read(text(), {"search.generations=2"}), folder / "without").go({.threads = 1});
  Run::create(read(text(), {"search.generations=2", too_long}), folder / "with").go({.threads = 2});
  EXPECT_EQ(fingerprint(folder / "with"), fingerprint(folder / "without"));
}

TEST_P(WallLimit, that_all_lifetimes_meet_is_counted_and_kept) {
  const Folder folder;
  evaluate::StopFlag stop{0};
  Run::create(read(text(), {"search.generations=2", too_short}), folder / "run")
      .go({.threads = 2, .stop = &stop, .on_generation = [&](const GenerationReport&) { stop = 1; }});
  stop = 0;
  base::Diagnostics diagnostics;
  ASSERT_TRUE(Run::open(folder / "run", diagnostics)->go({.threads = 1}));
  Records records(folder / "run/run.sqlite", Records::Mode::read);
  const auto generations = records.generations();
  ASSERT_EQ(generations.size(), 2U);
  for (const GenerationRecord& each : generations) {
    task::OutcomeCounts wanted{};
    wanted[static_cast<std::size_t>(task::Outcome::timed_out)] = 6;
    EXPECT_EQ(each.outcomes, wanted);
    EXPECT_EQ(each.guess.size(), generations.front().guess.size());
  }
  records.each_candidate([](const CandidateRecord& each) { EXPECT_EQ(each.outcome, task::Outcome::timed_out); });
  EXPECT_EQ(nlohmann::json::parse(run_document(folder / "run"))["outcomes"]["timed_out"], 12);
}

TEST_P(WallLimit, met_scores_worse_than_any_lifetime_that_finished) {
  const auto losses = [](const std::string& limit) {
    const auto experiment = read(text(), {limit});
    const evaluate::Workers workers(1);
    return OuterLoop(*experiment, workers, 0, 0).next();
  };
  const OuterLoop::Generation cut = losses(too_short), whole = losses(too_long);
  std::size_t finished = 0;
  for (const CandidateRecord& a : cut.candidates) {
    for (const CandidateRecord& b : whole.candidates) {
      if (b.outcome != task::Outcome::finished) continue;
      ++finished;
      EXPECT_GT(a.loss, b.loss) << a.index << " " << b.index;
    }
  }
  EXPECT_GT(finished, 0U);
}

TEST(WallLimits, hold_where_gradients_are_taken_too) {
  std::string text = small;
  text.replace(text.find("method = \"cma-es\"\npopulation = 6"), 32, "method = \"gradient\"");
  for (const std::string& limit : {too_short, too_long}) {
    const auto experiment = read(text, {limit});
    ASSERT_TRUE(experiment->optimiser->wants_gradients());
    const evaluate::Workers workers(1);
    OuterLoop loop(*experiment, workers, 0, 0);
    const auto wanted = limit == too_short ? task::Outcome::timed_out : task::Outcome::finished;
    for (const CandidateRecord& each : loop.next().candidates) EXPECT_EQ(each.outcome, wanted);
  }
}

TEST(WallLimits, must_be_times_of_at_most_months) {
  for (const char* nonsense : {"\"-1 s\"", "\"3 Hz\"", "-2", "\"1e9 s\"", "true"}) {
    std::string problems;
    EXPECT_FALSE(read(recurrent, {fmt::format("trials.wall_limit={}", nonsense)}, &problems)) << nonsense;
    EXPECT_NE(problems.find("wall_limit"), std::string::npos) << problems;
  }
}

TEST(Stop, is_seen_within_lifetimes_of_networks_that_spike) {
  // Told before they begin, where only a look on the way can end them.
  evaluate::StopFlag stop{1};
  const evaluate::Workers workers(1, &stop);
  const auto network = read(recurrent), neuron = read(spiking);
  const std::vector<double> candidate(network->rules.parameter_count(), 0.02);
  ASSERT_EQ(neuron->rules.parameter_count(), candidate.size());
  const task::Trial staged = task::make_trial(network->trial_source(), task::Split::search, 0);
  const evaluate::RecurrentEvaluator evaluator(*network->recurrent, network->rules);
  EXPECT_THROW((void)evaluator.live(candidate, staged, workers), evaluate::Stopped);
  const task::Trial heard = task::make_trial(neuron->trial_source(), task::Split::search, 0);
  EXPECT_THROW((void)evaluator_of(*neuron).live(std::span(&candidate, 1), heard, workers), evaluate::Stopped);
}

TEST(RecurrentLife, is_cut_short_at_the_step_where_that_is_wanted) {
  const auto experiment = read(recurrent);
  const task::Trial trial = task::make_trial(experiment->trial_source(), task::Split::search, 0);
  const network::ProjectionRules none(experiment->recurrent->network.projections.size());
  const auto whole = task::live(*experiment->recurrent, none, {}, *trial.staged, {});
  ASSERT_EQ(whole.ending, network::Ending::finished);
  for (const std::size_t wanted : {1UL, 7UL, 199UL}) {
    std::size_t asked = 0;
    const auto cut = task::live(*experiment->recurrent, none, {}, *trial.staged, {}, [&] { return ++asked == wanted; });
    EXPECT_EQ(cut.ending, network::Ending::cut_short);
    EXPECT_EQ(cut.end, wanted);  // 10 ms each
    EXPECT_TRUE(std::equal(cut.counts.back().begin(), cut.counts.back().end(), whole.counts.back().begin()));
  }
}

TEST(RecordOfTheFirstFormat, is_read_and_goes_on) {
  const Folder folder;
  Run::create(read(small), folder / "whole").go({.threads = 1});
  evaluate::StopFlag stop{0};
  Run::create(read(small), folder / "old")
      .go({.threads = 1, .stop = &stop, .on_generation = [&](const GenerationReport& report) {
             if (report.record.generation == 3) stop = 1;
           }});
  const std::string path = folder / "old/run.sqlite";
  Database(path, Database::Mode::write)
      .execute("ALTER TABLE generations DROP COLUMN timed_out; PRAGMA user_version = 1");
  EXPECT_EQ(Records(path, Records::Mode::read).generations().size(), 4U);
  EXPECT_EQ(nlohmann::json::parse(run_document(folder / "old"))["outcomes"]["timed_out"], 0);
  base::Diagnostics diagnostics;
  ASSERT_TRUE(Run::open(folder / "old", diagnostics)->go({.threads = 1}));
  EXPECT_EQ(fingerprint(folder / "old"), fingerprint(folder / "whole"));
}

}  // namespace
}  // namespace carve::experiment
