// A run: its resolved file says the same again, stopping and going on changes no bit, damage is told, planted rules
// come back.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "carve/base/error.hpp"
#include "carve/base/random.hpp"
#include "carve/experiment/documents/summary.hpp"
#include "carve/experiment/rules/rule_file.hpp"
#include "carve/experiment/run.hpp"
#include "carve/experiment/test_support.hpp"

namespace carve::experiment {
namespace {

namespace fs = std::filesystem;

TEST(Experiment, its_resolved_copy_reads_as_itself) {
  for (const char* rule :
       {"family = \"polynomial\"\ndegree = { x = 1, y = 2, w = 1 }\neta = 0.05\nterms = { \"x*y\" = 1, w = { init = "
        "0.5, upper = 2 } }",
        "dw = \"eta*tanh(A*x*y) - B*w\"\neta = 0.1\nB = { init = 0.1, lower = 1e-3, upper = 1, scale = \"log\" }"}) {
    std::string text = small;
    const std::string family = "family = \"polynomial\"\ndegree = 1\neta = 0.05";
    text.replace(text.find(family), family.size(), rule);
    const auto experiment = read(text);
    ASSERT_TRUE(experiment);
    const auto again = read(resolved(*experiment));
    ASSERT_TRUE(again);
    EXPECT_EQ(resolved(*again), resolved(*experiment));
  }
}

TEST(Experiment, those_that_come_with_carve_read_as_themselves_and_are_listed) {
  const fs::path folder = fs::path(CARVE_SOURCE_DIR) / "experiments";
  const std::string list = read_file((folder / "README.md").string());
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".toml") continue;
    SCOPED_TRACE(entry.path());
    EXPECT_NE(list.find("(" + entry.path().filename().string() + ")"), std::string::npos);
    base::Diagnostics diagnostics;
    const auto experiment = read_experiment(read_source(entry.path().string(), diagnostics), {}, diagnostics);
    ASSERT_TRUE(experiment) << diagnostics.render();
    const auto again = read(resolved(*experiment));
    ASSERT_TRUE(again);
    EXPECT_EQ(resolved(*again), resolved(*experiment));
  }
}

TEST(Experiment, a_run_of_the_resolved_copy_gives_the_same_bits) {
  const Folder folder;
  Run::create(read(small), folder / "first").go({.threads = 1});
  base::Diagnostics diagnostics;
  auto copy = read_experiment(read_source(folder / "first/experiment.toml", diagnostics), {}, diagnostics);
  ASSERT_TRUE(copy) << diagnostics.render();
  Run::create(std::move(copy), folder / "second").go({.threads = 2});
  EXPECT_EQ(fingerprint(folder / "second"), fingerprint(folder / "first"));
}

TEST(Experiment, overrides_change_what_they_name_and_point_at_their_mistakes) {
  const auto changed = read(small, {"search.population=12", "seed=9", "trials.inputs.ratio=0.3",
                                    "network.update=\"batch_mean\"", "network.batch=5"});
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->seed, 9U);
  EXPECT_EQ(changed->optimiser->ask().count(), 12U);
  EXPECT_EQ(changed->network.batch, 5);
  EXPECT_NE(resolved(*changed).find("ratio = 0.3"), std::string::npos);
  for (const auto& [change, words] :
       std::map<std::string, std::string>{{"search.populaton=12", "did you mean 'population'"},
                                          {"seed", "expected KEY=VALUE"},
                                          {"=1", "expected KEY=VALUE"},
                                          {"seed.more=1", "is no table"},
                                          {"seed=\"x\"", "expected an integer"},
                                          {"search.population=-1", "out of range"}}) {
    std::string problems;
    EXPECT_FALSE(read(small, {change}, &problems)) << change;
    EXPECT_NE(problems.find(words), std::string::npos) << problems;
    EXPECT_NE(problems.find("--set"), std::string::npos) << problems;
  }
}

TEST(Run, stopped_and_resumed_gives_the_bits_of_one_that_never_stopped) {
  for (const char* change : {"search.noise_handling=false", "search.noise_handling=true", "trials.redraw=3"}) {
    const Folder folder;
    Run::create(read(small, {change}), folder / "whole").go({.threads = 1});
    std::atomic<int> stop{0};
    Run::create(read(small, {change}), folder / "parts")
        .go({.threads = 2, .stop = &stop, .on_generation = [&](const GenerationReport& report) {
               if (report.record.generation == 2) stop = 1;
             }});
    EXPECT_FALSE(fs::exists(folder / "parts/rule.toml"));
    for (bool finished = false; !finished;) {  // a generation at a time
      base::Diagnostics diagnostics;
      const auto run = Run::open(folder / "parts", diagnostics);
      ASSERT_TRUE(run) << diagnostics.render();
      stop = 0;
      finished = run->go({.threads = 1, .stop = &stop, .on_generation = [&](const GenerationReport&) { stop = 1; }});
    }
    EXPECT_EQ(fingerprint(folder / "parts"), fingerprint(folder / "whole")) << change;
  }
}

TEST(Run, stopped_while_it_answers_makes_the_answer_anew) {
  const Folder folder;
  Run::create(read(small), folder / "whole").go({.threads = 1});
  evaluate::StopFlag stop{0};
  const auto stop_now = [&](const std::string&) { stop = 1; };
  EXPECT_FALSE(Run::create(read(small), folder / "parts").go({.threads = 2, .stop = &stop, .on_phase = stop_now}));
  EXPECT_FALSE(fs::exists(folder / "parts/rule.toml"));
  {
    Records records(folder / "parts/run.sqlite", Records::Mode::read);
    EXPECT_EQ(records.get("status"), "interrupted");
    EXPECT_EQ(records.generations().size(), 8U);
    EXPECT_FALSE(records.get("answer"));
  }
  base::Diagnostics diagnostics;
  const auto run = Run::open(folder / "parts", diagnostics);
  ASSERT_TRUE(run) << diagnostics.render();
  EXPECT_TRUE(run->go({.threads = 2}));
  EXPECT_EQ(fingerprint(folder / "parts"), fingerprint(folder / "whole"));
}

/// `small` with a search along exact gradients, from two starts.
std::string small_gradient(const std::string& rule) {
  std::string text = small;
  const auto replace = [&](const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
  };
  replace("method = \"cma-es\"\npopulation = 6\ngenerations = 8",
          "method = \"gradient\"\nlearning_rate = 0.05\nstarts = 2\ngenerations = 30");
  replace("family = \"polynomial\"\ndegree = 1\neta = 0.05", rule);
  return text;
}

TEST(Run, descends_along_exact_gradients_and_resumes_to_the_bit) {
  for (const char* rule : {"family = \"polynomial\"\ndegree = { x = 1, y = 2, w = 1 }\neta = 0.05",
                           "dw = \"eta*(A*tanh(x*y) + B*y^2*w)\"\neta = { init = 0.05, scale = \"log\" }"}) {
    const Folder folder;
    std::vector<double> best;
    Run::create(read(small_gradient(rule)), folder / "whole")
        .go({.threads = 1,
             .on_generation = [&](const GenerationReport& report) { best.push_back(report.record.best); }});
    ASSERT_EQ(best.size(), 30U);
    EXPECT_LT(best.back(), 0.7 * best.front()) << rule;
    std::atomic<int> stop{0};
    Run::create(read(small_gradient(rule)), folder / "parts")
        .go({.threads = 2, .stop = &stop, .on_generation = [&](const GenerationReport& report) {
               if (report.record.generation == 12) stop = 1;
             }});
    base::Diagnostics diagnostics;
    const auto run = Run::open(folder / "parts", diagnostics);
    ASSERT_TRUE(run) << diagnostics.render();
    run->go({.threads = 2});
    EXPECT_EQ(fingerprint(folder / "parts"), fingerprint(folder / "whole")) << rule;
  }
}

TEST(Run, refuses_a_folder_that_holds_a_run) {
  const Folder folder;
  { Run::create(read(small), folder / "run"); }
  EXPECT_THROW(Run::create(read(small), folder / "run"), base::EnvironmentError);
}

/// What opening and reading everything in a folder says: nothing where it is whole.
std::string told(const std::string& folder) {
  std::string words;
  const auto listen = [&](const auto& act) {
    try {
      act();
    } catch (const base::EnvironmentError& error) {
      words += std::string(error.what()) + "\n";
    }
  };
  listen([&] {
    base::Diagnostics diagnostics;
    if (!Run::open(folder, diagnostics)) words += diagnostics.render();
  });
  listen([&] { EXPECT_FALSE(run_document(folder).empty()); });
  listen([&] { EXPECT_FALSE(show_text(folder).empty()); });
  listen([&] {
    Records records((fs::path(folder) / "run.sqlite").string(), Records::Mode::read);
    records.each_candidate([](const CandidateRecord&) {});
  });
  return words;
}

class DamagedRecord : public testing::Test {
 protected:
  DamagedRecord() {
    Run::create(read(small), folder_ / "run").go({.threads = 1});
    whole_ = read_file(path());
  }
  [[nodiscard]] std::string path() const { return folder_ / "run/run.sqlite"; }
  std::string told_of(const std::string& content) {
    std::ofstream(path(), std::ios::binary | std::ios::trunc) << content;
    fs::remove(path() + "-journal");
    return told(folder_ / "run");
  }
  std::string told_after(const std::string& sql) {
    std::ofstream(path(), std::ios::binary | std::ios::trunc) << whole_;
    Database(path(), Database::Mode::write).execute(sql);
    return told(folder_ / "run");
  }

  Folder folder_;
  std::string whole_;
};

TEST_F(DamagedRecord, whole_ones_say_nothing) { EXPECT_EQ(told_of(whole_), ""); }

TEST_F(DamagedRecord, foreign_and_newer_files_are_told_apart) {
  EXPECT_NE(
      told_of("This is no database but a letter to a friend, long enough for a header of its own.").find("is damaged"),
      std::string::npos);
  EXPECT_NE(told_of("").find("is not a record of carve"), std::string::npos);
  EXPECT_NE(told_after("PRAGMA application_id = 7").find("is not a record of carve"), std::string::npos);
  EXPECT_NE(told_after("PRAGMA user_version = 99").find("was written by a newer carve (format 99"), std::string::npos);
}

TEST_F(DamagedRecord, contents_that_make_no_sense_are_damage) {
  for (const char* sql : {"UPDATE generations SET guess = x'00' WHERE generation = 2",
                          "UPDATE generations SET guess = zeroblob(7) || guess WHERE generation = 7",
                          "UPDATE candidates SET parameters = NULL WHERE generation = 1",
                          "UPDATE candidates SET outcome = 77 WHERE candidate = 3", "UPDATE state SET search = x'1234'",
                          "UPDATE state SET generation = 5", "DELETE FROM generations WHERE generation = 3",
                          "DELETE FROM state", "UPDATE facts SET text = '{\"rules\": 3}' WHERE name = 'answer'",
                          "UPDATE facts SET text = '{' WHERE name = 'answer'",
                          "UPDATE facts SET text = '[]' WHERE name = 'provenance'"}) {
    EXPECT_NE(told_after(sql).find("damaged"), std::string::npos) << sql;
  }
  EXPECT_NE(told_after("UPDATE facts SET text = 'seed = \"' WHERE name = 'experiment'").find("error:"),
            std::string::npos);
  EXPECT_NE(told_after("DELETE FROM facts WHERE name = 'experiment'").find("is incomplete"), std::string::npos);
  EXPECT_NE(told_after("DROP TABLE candidates").find("cannot use"), std::string::npos);
}

TEST_F(DamagedRecord, cut_short_or_with_random_bytes_it_never_crashes) {
  const std::string document = run_document(folder_ / "run");
  for (std::size_t size = 0; size < whole_.size(); size += 1 + whole_.size() / 40) {
    const std::string words = told_of(whole_.substr(0, size));
    if (!words.empty()) continue;
    EXPECT_EQ(run_document(folder_ / "run"), document) << size;  // nothing that counts is lost
  }
  for (std::uint32_t round = 0; round < 150; ++round) {
    std::vector<std::uint32_t> bits(24);
    base::fill_bits({99, base::Purpose::search, round, 0}, bits);
    std::string content = whole_;
    const std::size_t hits = 1 + bits[0] % 8;
    for (std::size_t i = 0; i < hits; ++i) {
      const std::size_t at = (std::uint64_t{bits[2 * i + 1]} * content.size()) >> 32;
      const std::size_t length = std::min<std::size_t>(1U << bits[2 * i + 2] % 6, content.size() - at);
      for (std::size_t k = 0; k < length; ++k)
        content[at + k] = static_cast<char>(bits[(2 * i + k) % 24] >> 8 * (k % 4));
    }
    (void)told_of(content);  // words or none, since a byte may hit nothing that is read; but it returns
  }
}

TEST(Records, a_reader_rolls_back_what_a_killed_writer_left) {
  const Folder folder;
  Run::create(read(small), folder / "run").go({.threads = 1});
  const std::string before = fingerprint(folder / "run");
  {
    Database writer(folder / "run/run.sqlite", Database::Mode::write);
    writer.execute("PRAGMA cache_size = 1; PRAGMA cache_spill = 1");
    Transaction transaction(writer);
    writer.execute("DELETE FROM candidates; UPDATE facts SET text = text || text");
    fs::copy(folder / "run", folder / "killed");  // the files as a kill at this moment leaves them
  }
  EXPECT_EQ(fingerprint(folder / "killed"), before);
}

/// A rule of two to four terms that stays bounded: Oja's two or Hebb with decay, and others beside them.
struct Planted {
  std::string dw;
  std::map<std::string, double> coefficients;
};

Planted plant(std::uint32_t number) {
  std::vector<float> draws(8);
  base::fill_uniform({2026, base::Purpose::planted_rules, number, 0}, std::span<float>(draws));
  const auto between = [&](std::size_t i, double low, double high) {
    return low + static_cast<double>(draws[i]) * (high - low);
  };
  Planted rule;
  rule.coefficients["x*y"] = between(0, 0.5, 1);
  rule.coefficients["y^2*w"] = -between(1, 0.5, 1);
  const char* extra[] = {"w", "y*w", "x", "x^2*y"};
  const std::size_t more = static_cast<std::size_t>(draws[2] * 3);  // none, one or two
  for (std::size_t i = 0; i < more; ++i) {
    const std::string term = extra[static_cast<std::size_t>(draws[3 + i] * 4)];
    rule.coefficients[term] = term == "w" ? -between(5 + i, 0.2, 0.5) : between(5 + i, 0.2, 0.4);
  }
  for (const auto& [term, value] : rule.coefficients)
    rule.dw += fmt::format("{}{:.6f}*{}", rule.dw.empty() ? "" : " + ", value, term);
  return rule;
}

TEST(Science, planted_rules_come_back_from_trajectories) {  // issue: coefficients within 5 %
  for (std::uint32_t number = 0; number < 3; ++number) {
    const Planted planted = plant(number);
    const auto experiment = read(fmt::format(R"toml(seed = 5
[network]
kind = "rate"
inputs = 5
[rule.feedforward]
family = "polynomial"
degree = 2
eta = 0.05
[trials]
count = 8
steps = 100
validation = 16
smallest_scale = 0.7  # weaker inputs let a teacher that decays forget everything
largest_scale = 1.5
initial_weight = 0.5
inputs = {{ kind = "gaussian", ratio = 0.6 }}
[loss]
kind = "teacher"
dw = "0.05*({})"
points = 10
l1 = 1e-4
[search]
method = "cma-es"
population = 32
generations = 300
)toml",
                                             planted.dw));
    ASSERT_TRUE(experiment);
    const Folder folder;
    Run::create(read(resolved(*experiment)), folder / "run").go({});
    base::Diagnostics diagnostics;
    const auto found = read_rules(folder / "run", *experiment, diagnostics);
    ASSERT_TRUE(found) << diagnostics.render();
    for (const rule::Term& term : rule::terms(found->front())) {
      const auto own = planted.coefficients.find(term.term);
      const double wanted = own == planted.coefficients.end() ? 0 : own->second;
      EXPECT_NEAR(term.coefficient, wanted, 0.05 * (wanted == 0 ? 1 : std::abs(wanted)))
          << term.term << " of " << planted.dw;
    }
    EXPECT_GE(rule::terms(found->front()).size(), planted.coefficients.size()) << planted.dw;
  }
}

}  // namespace
}  // namespace carve::experiment
