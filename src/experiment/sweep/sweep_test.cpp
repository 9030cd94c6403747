// Sweeps: their points and names, mistakes, workers that share a folder, and the status of what was left half-done.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/experiment/documents/text_table.hpp"
#include "carve/experiment/record/run_status.hpp"
#include "carve/experiment/run.hpp"
#include "carve/experiment/sweep/sweep_summary.hpp"
#include "carve/experiment/sweep/sweep_worker.hpp"
#include "carve/experiment/test_support.hpp"

namespace carve::experiment {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// The sweep over `small`; expects no mistake.
Sweep sweep_of(const std::vector<std::string>& changes, const std::string& seeds, const std::string& text = small) {
  base::Diagnostics diagnostics;
  std::vector<SweepAxis> axes;
  for (const std::string& each : changes) axes.push_back(read_axis(each, diagnostics));
  if (!seeds.empty()) axes.push_back(read_seeds(seeds, diagnostics));
  const auto source = std::make_shared<const base::Source>(base::Source{"small.toml", text});
  Sweep sweep = plan_sweep(source, axes, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.render();
  return sweep;
}

Words names_of(const Sweep& sweep) {
  Words names;
  for (const SweepPoint& each : sweep.points()) names.push_back(each.name);
  return names;
}

TEST(Sweep, has_a_point_for_each_combination_named_after_what_varies) {
  EXPECT_EQ(names_of(sweep_of({"search.population=8", "rule.feedforward.eta=0.01,0.02"}, "3,5..6")),
            (Words{"eta=0.01,seed=3", "eta=0.01,seed=5", "eta=0.01,seed=6", "eta=0.02,seed=3", "eta=0.02,seed=5",
                   "eta=0.02,seed=6"}));
  EXPECT_EQ(sweep_of({"search.population=8", "loss.l1=0,1e-3"}, "4").points()[1].changes,
            (Words{"search.population=8", "loss.l1=1e-3", "seed=4"}));
  EXPECT_EQ(names_of(sweep_of({}, "7")), Words{"seed=7"});
}

TEST(Sweep, keys_with_one_ending_are_told_apart_in_names) {
  const Sweep sweep{"", "", {{"rule.I->E.eta", {"1", "2"}}, {"rule.E->E.eta", {"3"}}, {"search.eta_2", {"5", "6"}}}};
  EXPECT_EQ(sweep.points().front().name, "I->E.eta=1,eta_2=5");
  EXPECT_EQ((Sweep{"", "", {{"a.b", {"1"}}, {"b", {"2"}}}}.points().front().name), "a.b=1,b=2");
}

TEST(Sweep, values_that_no_folder_can_be_called_have_names_too) {
  const Sweep sweep{"", "", {{"x", {"\"a b\"", "'a/b'", "[1, 2]", "..", std::string(300, 'a'), "\"\""}}}};
  EXPECT_EQ(names_of(sweep), (Words{"x=a-b", "x=a-b,2", "x=1-2-", "x=..", "x=value5", "x=value6"}));
}

TEST(Sweep, commas_within_quotes_and_brackets_do_not_part_values) {
  base::Diagnostics diagnostics;
  EXPECT_EQ(read_axis(R"(k="a,b",[1,2],{ x = [3,4], y = "]," },'c"d',5)", diagnostics).values,
            (Words{"\"a,b\"", "[1,2]", "{ x = [3,4], y = \"],\" }", "'c\"d'", "5"}));
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.render();
}

RC_GTEST_PROP(Sweep, names_of_its_points_differ_whatever_the_values, (std::vector<std::string> values)) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  Words names = names_of({"", "", {{"key", values}, {"seed", {"1", "2"}}}});
  for (const std::string& each : names) RC_ASSERT(each.find('/') == std::string::npos && each.size() < 200);
  std::sort(names.begin(), names.end());
  RC_ASSERT(std::adjacent_find(names.begin(), names.end()) == names.end());
}

TEST(Sweep, its_folder_reads_back_and_takes_no_other_sweep) {
  const Folder folder;
  const Sweep sweep = sweep_of({"trials.inputs.ratio=0.5,0.4", "network.update=\"online\""}, "1..3");
  EXPECT_TRUE(write_sweep(sweep, folder / "s"));
  EXPECT_TRUE(write_sweep(sweep, folder / "s"));
  EXPECT_FALSE(write_sweep(sweep_of({}, "1..3"), folder / "s"));
  const Sweep again = read_sweep(folder / "s");
  EXPECT_EQ(again.text, sweep.text);
  EXPECT_EQ(again.file, sweep.file);
  EXPECT_EQ(names_of(again), names_of(sweep));
  EXPECT_EQ(again.points().back().changes, sweep.points().back().changes);
  for (const char* text :
       {"", "file = 3", "file = 'x'", "file = 'x'\n[set]\na = []", "file = 'x'\n[set]\na = [1]", "["}) {
    write_file(folder / "s/sweep.toml", text);
    EXPECT_THROW((void)read_sweep(folder / "s"), base::EnvironmentError) << text;
  }
}

TEST(Sweep, workers_side_by_side_do_each_run_once_with_the_bits_of_a_run_alone) {
  const Folder folder;
  ASSERT_TRUE(write_sweep(sweep_of({"rule.feedforward.eta=0.05,0.1"}, "1..3"), folder / "s"));
  std::atomic<int> begun{0}, finished{0};
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 3; ++i) {
      workers.emplace_back([&] {
        const SweepEnd end = work_through(folder / "s", {.threads = 1,
                                                         .on_begin = [&](const SweepPoint&, bool) { ++begun; },
                                                         .on_finish = [&](const SweepPoint&) { ++finished; }});
        EXPECT_EQ(end.finished + end.elsewhere, 6U);
      });
    }
  }
  EXPECT_EQ(begun, 6);
  EXPECT_EQ(finished, 6);
  Run::create(read(small, {"rule.feedforward.eta=0.1", "seed=2"}), folder / "alone").go({.threads = 1});
  EXPECT_EQ(fingerprint(folder / "s/runs/eta=0.1,seed=2"), fingerprint(folder / "alone"));
}

TEST(Sweep, stopped_goes_on_where_it_was) {
  const Folder folder;
  ASSERT_TRUE(write_sweep(sweep_of({}, "1..2"), folder / "s"));
  evaluate::StopFlag stop{0};
  const SweepEnd end = work_through(
      folder / "s",
      {.threads = 1, .stop = &stop, .on_generation = [&](const SweepPoint&, const GenerationReport& report) {
         if (report.record.generation == 3) stop = 1;
       }});
  EXPECT_TRUE(end.stopped);
  EXPECT_EQ(read_status(folder / "s/runs/seed=1").state, "interrupted");
  EXPECT_EQ(read_status(folder / "s/runs/seed=1").generation, 4U);
  EXPECT_EQ(read_status(folder / "s/runs/seed=2").state, "waiting");
  Words order;
  const SweepEnd rest =
      work_through(folder / "s", {.threads = 1, .on_begin = [&](const SweepPoint& point, bool resumed) {
                                    order.push_back(point.name + (resumed ? " resumed" : ""));
                                  }});
  EXPECT_EQ(rest.finished, 2U);
  EXPECT_EQ(order, (Words{"seed=2", "seed=1 resumed"}));  // what was tried least comes first
  Run::create(read(small, {"seed=1"}), folder / "alone").go({.threads = 1});
  EXPECT_EQ(fingerprint(folder / "s/runs/seed=1"), fingerprint(folder / "alone"));
}

TEST(Sweep, a_run_that_fails_is_noted_and_left_alone_until_it_is_to_be_tried_again) {
  const Folder folder;
  ASSERT_TRUE(write_sweep(sweep_of({}, "1..3"), folder / "s"));
  fs::create_directories(folder / "s/runs/seed=2");
  write_file(folder / "s/runs/seed=2/run.sqlite", "no record");
  Words failed;
  const SweepOptions options{
      .threads = 1, .on_failure = [&](const SweepPoint& point, const std::string&) { failed.push_back(point.name); }};
  for (int time = 0; time < 2; ++time) {
    const SweepEnd end = work_through(folder / "s", options);
    EXPECT_EQ(end.finished, 2U);
    EXPECT_EQ(end.failed, 1U);
    EXPECT_FALSE(end.bug);
  }
  EXPECT_EQ(failed, Words{"seed=2"});
  fs::remove(folder / "s/runs/seed=2/run.sqlite");
  SweepOptions again = options;
  again.retry = true;
  EXPECT_EQ(work_through(folder / "s", again).finished, 3U);
  EXPECT_FALSE(fs::exists(folder / "s/runs/seed=2/failed.txt"));
}

TEST(Status, of_a_record_that_its_killed_writer_left_half_written_is_the_last_whole_generation) {
  const Folder folder;
  Run::create(read(small), folder / "run").go({.threads = 1});
  {
    Database writer(folder / "run/run.sqlite", Database::Mode::write);
    // Pages are written before the transaction ends, as in one that outgrows SQLite's memory; a copy is what a kill at
    // this moment leaves.
    writer.execute(
        "PRAGMA cache_size = 1; BEGIN; UPDATE facts SET text = 'running' WHERE name = 'status';"
        "DELETE FROM generations; UPDATE candidates SET loss = 7, parameters = zeroblob(4000)");
    fs::copy(folder / "run", folder / "killed");
    const RunStatus busy = read_status(folder / "run");  // the writer is alive: nothing has happened yet
    EXPECT_TRUE(!busy.problem.empty() || busy.generation == 8U);
    writer.execute("ROLLBACK");
  }
  const std::string before = read_file(folder / "killed/run.sqlite");
  ASSERT_NE(before, read_file(folder / "run/run.sqlite"));
  EXPECT_THROW(Database(folder / "killed/run.sqlite", Database::Mode::watch).execute("SELECT * FROM facts"),
               HalfWritten);
  const RunStatus status = read_status(folder / "killed");
  EXPECT_EQ(status.state, "finished");
  EXPECT_EQ(status.generation, 8U);
  EXPECT_TRUE(std::isfinite(status.best) && std::isfinite(status.validation.mean));
  EXPECT_EQ(read_file(folder / "killed/run.sqlite"), before);  // who looks changes nothing
}

TEST(Status, of_a_run_says_how_far_it_is) {
  const Folder folder;
  experiment::Run run = experiment::Run::create(read(small), folder / "run");
  EXPECT_EQ(read_status(folder / "run").state, "running");
  evaluate::StopFlag stop{0};
  run.go({.threads = 1, .stop = &stop, .on_generation = [&](const GenerationReport& report) {
            const RunStatus now = read_status(folder / "run");
            EXPECT_EQ(now.generation, report.record.generation + 1);
            EXPECT_EQ(now.generations, 8U);
            EXPECT_EQ(now.last, report.record.best);
            EXPECT_LE(now.best, now.last);
            EXPECT_EQ(now.confirming, report.record.generation == 7);
            EXPECT_TRUE(std::isnan(now.validation.mean));
          }});
  EXPECT_EQ(read_status(folder / "nowhere").state, "waiting");
}

TEST(CommaSeparated, quotes_what_would_not_read_back) {
  EXPECT_EQ(comma_separated({{"a", "b,c"}, {"say \"x\"", "two\nlines"}}),
            "a,\"b,c\"\n\"say \"\"x\"\"\",\"two\nlines\"\n");
}

}  // namespace
}  // namespace carve::experiment
