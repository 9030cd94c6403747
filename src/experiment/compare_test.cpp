// Comparing runs: who counts as one experiment, what can be paired, and that the figures are those of the trials.
#include <atomic>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "carve/base/error.hpp"
#include "carve/evaluate/evaluator.hpp"
#include "carve/experiment/answer/measure.hpp"
#include "carve/experiment/compare.hpp"
#include "carve/experiment/documents/summary.hpp"
#include "carve/experiment/rules/rule_file.hpp"
#include "carve/experiment/run.hpp"
#include "carve/experiment/test_support.hpp"

namespace carve::experiment {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* network = R"(seed = 2
[network]
kind = "hierarchical"
inputs = 4
outputs = 3
[rule.feedforward]
family = "polynomial"
degree = 1
eta = 0.02
[rule.lateral]
family = "polynomial"
degree = 1
eta = 0.02
[trials]
count = 4
steps = 80
validation = 8
inputs = { kind = "gaussian", ratio = 0.5 }
[loss]
kind = "principal_components"
[search]
method = "cma-es"
population = 6
generations = 4
starts = 3
)";

/// Runs are made in a folder of the test's own.
class Compare : public testing::Test {
 protected:
  std::string run(const std::string& name, const std::vector<Override>& changes = {}, const char* text = small) {
    Run::create(read(text, changes), folder_ / name).go({.threads = 1});
    return folder_ / name;
  }
  [[nodiscard]] const std::string& path() const { return folder_.path(); }

 private:
  Folder folder_;
};

Json compared(const std::vector<std::string>& folders) { return Json::parse(compare(folders).json); }

TEST_F(Compare, runs_that_differ_in_their_seed_alone_are_one_experiment) {
  const Json json = compared({run("a"), run("b", {"seed=4"}), run("c", {"search.method=random", "search.population=6"}),
                              run("d", {"seed=4", "search.method=random", "search.population=6"}),
                              run("e", {"search.population=8"})});
  ASSERT_EQ(json["experiments"].size(), 3U);
  EXPECT_EQ(json["experiments"][0]["runs"], Json({0, 1}));
  EXPECT_EQ(json["experiments"][1]["runs"], Json({2, 3}));
  EXPECT_EQ(json["experiments"][1]["label"], "random");
  EXPECT_NE(json["experiments"][0]["label"], json["experiments"][2]["label"]);
  EXPECT_EQ(json["experiments"][2]["label"], "cma-es, search.population = 8");
  EXPECT_EQ(json["runs"][3]["seed"], 4);
  EXPECT_EQ(json["experiments"][1]["success"]["runs"], 2);
}

TEST_F(Compare, differences_are_paired_by_trial_where_the_trials_are_the_same) {
  const std::string a = run("a"), b = run("b", {"search.generations=2", "loss.l1=0.02", "trials.count=6"});
  const Json difference = compared({a, b})["runs"][1]["difference"];
  EXPECT_EQ(difference["paired"], true);
  EXPECT_EQ(difference["to"], a);
  // The oracle: both answers live through the validation trials once more.
  const auto experiment = read(small, {});
  const evaluate::Workers workers(1);
  const auto trials = evaluate::make_trials(experiment->trial_source(), task::Split::validation, 0, 8, workers);
  const auto losses = [&](const std::string& folder) {
    base::Diagnostics diagnostics;
    const auto rules = read_rules(folder, *experiment, diagnostics);
    EXPECT_TRUE(rules);
    rule::RuleSet set{{rules->front().space}};
    const evaluate::Evaluator evaluator(experiment->network, set, *experiment->loss);
    return evaluator.evaluate(std::vector<std::vector<double>>{rules->front().values}, trials, workers).losses;
  };
  const Measured expected = measure(losses(b), losses(a));
  EXPECT_NEAR(difference["mean"].get<double>(), expected.mean, 1e-12);
  EXPECT_NEAR(difference["error"].get<double>(), expected.error, 1e-12);
  EXPECT_NE(expected.mean, 0);
}

TEST_F(Compare, other_trials_are_not_paired_and_other_losses_not_compared) {
  const std::string a = run("a");
  const Json json = compared({a, run("b", {"seed=4", "search.population=8"}), run("c", {"trials.steps=80"}),
                              run("d", {"loss.measure=squared_distance"})});
  for (const int other : {1, 2}) {
    const Json &own = json["runs"][other]["loss"]["validation"], &first = json["runs"][0]["loss"]["validation"];
    const Json& difference = json["runs"][other]["difference"];
    EXPECT_EQ(difference["paired"], false) << other;
    EXPECT_NEAR(difference["mean"].get<double>(), own["mean"].get<double>() - first["mean"].get<double>(), 1e-12);
    EXPECT_NEAR(difference["error"].get<double>(), std::hypot(own["error"].get<double>(), first["error"].get<double>()),
                1e-12);
  }
  EXPECT_FALSE(json["runs"][3].contains("difference"));
  EXPECT_EQ(json["same_loss"], false);
  EXPECT_EQ(compared({a})["same_loss"], true);
}

TEST_F(Compare, a_run_is_held_against_the_one_with_its_seed) {
  const std::string first = run("a"), second = run("b", {"seed=4"});
  const Json json = compared({first, second, run("c", {"seed=4", "search.generations=2"})});
  EXPECT_EQ(json["runs"][2]["difference"]["to"], second);
  EXPECT_EQ(json["runs"][2]["difference"]["paired"], true);
}

TEST_F(Compare, runs_that_are_not_finished_are_shown_as_far_as_they_are) {
  std::atomic<int> stop{0};
  Run::create(read(small, {}), path() + "/half")
      .go({.threads = 1, .stop = &stop, .on_generation = [&](const GenerationReport&) { stop = 1; }});
  std::atomic<int> at_once{1};
  Run::create(read(small, {}), path() + "/new").go({.threads = 1, .stop = &at_once});
  const Comparison made = compare({path() + "/half", path() + "/new/", path() + "/new"});
  const Json json = Json::parse(made.json), document = Json::parse(made.document);
  ASSERT_EQ(json["runs"].size(), 2U);  // one folder, however it is written, is one run
  EXPECT_EQ(json["runs"][0]["status"], "interrupted");
  EXPECT_EQ(json["runs"][0]["evaluations"], 6);
  EXPECT_TRUE(json["runs"][0]["rules"].contains("feedforward"));
  EXPECT_FALSE(json["runs"][0]["loss"].contains("validation"));
  EXPECT_EQ(json["runs"][1]["evaluations"], 0);
  EXPECT_TRUE(json["runs"][1]["rules"].empty());
  EXPECT_FALSE(json["experiments"][0].contains("success"));
  EXPECT_EQ(document["runs"][0]["course"]["evaluations"], Json({6}));
  EXPECT_NE(made.text.find("not confirmed"), std::string::npos);
}

TEST_F(Compare, the_course_is_the_best_so_far_and_each_generations_best_where_trials_are_redrawn) {
  const std::string fixed = run("a", {"search.generations=30"}),
                    redrawn = run("b", {"search.generations=30", "trials.redraw=1"});
  const Json document = Json::parse(compare({fixed, redrawn}).document);
  for (const int i : {0, 1}) {
    const Json &course = document["runs"][i]["course"],
               history = Json::parse(run_document(i == 0 ? fixed : redrawn))["history"];
    ASSERT_EQ(course["best"].size(), 30U);
    double least = history[0]["best"], seconds = 0;
    for (std::size_t k = 0; k < 30; ++k) {
      least = std::min(least, history[k]["best"].get<double>());
      seconds += history[k]["seconds"].get<double>();
      EXPECT_EQ(course["best"][k], i == 0 ? Json(least) : history[k]["best"]) << k;
      EXPECT_EQ(course["evaluations"][k], history[k]["evaluations"]);
      EXPECT_DOUBLE_EQ(course["seconds"][k], seconds);
    }
  }
}

TEST_F(Compare, a_damaged_record_is_named) {
  const std::string a = run("a"), b = run("b", {"seed=4"});
  for (const char* answer : {"{", "{\"rules\": 3}", "{\"rules\": {\"r\": {}}, \"validation\": {}}",
                             "{\"rules\": {}, \"validation\": {\"mean\": 1}, \"reference\": 7}"}) {
    { Records(b + "/run.sqlite", Records::Mode::write).put("answer", answer); }
    try {
      (void)compare({a, b});
      ADD_FAILURE() << answer;
    } catch (const base::EnvironmentError& error) {
      EXPECT_NE(std::string(error.what()).find("'" + b + "' is damaged"), std::string::npos) << error.what();
    }
  }
}

double length(const Json& vector) {
  double square = 0;
  for (const double value : vector) square += value * value;
  return std::sqrt(square);
}

double product(const Json& a, const Json& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i].get<double>() * b[i].get<double>();
  return sum;
}

TEST_F(Compare, documents_of_networks_follow_every_output_and_start) {
  const Json document = Json::parse(run_document(run("net", {}, network)));
  ASSERT_EQ(document["lifetimes"].size(), 6U);
  for (const Json& life : document["lifetimes"]) {
    EXPECT_EQ(life["measure"], "component");
    ASSERT_EQ(life["weights"].size(), 3U);  // the lateral weights are no rows of it
    ASSERT_EQ(life["path"]["alignment"].size(), 3U);
    EXPECT_EQ(life["path"]["lateral"].size(), life["path"]["step"].size());
    EXPECT_EQ(life["path"]["lateral"][0], 0);
    for (std::size_t output = 0; output < 3; ++output) {
      const Json& weights = life["weights"][output];
      const double cosine = std::abs(product(weights, life["components"][output])) / length(weights);
      EXPECT_NEAR(life["path"]["alignment"][output].back().get<double>(), cosine, 1e-3);
      EXPECT_NEAR(life["path"]["norm"][output].back().get<double>(), length(weights), 1e-3 * length(weights));
    }
  }
  ASSERT_EQ(document["finalists"].size(), 4U);
  int chosen = 0;
  for (const Json& each : document["finalists"]) {
    EXPECT_EQ(each["rules"].size(), 2U);
    if (!each["chosen"].get<bool>()) continue;
    ++chosen;
    EXPECT_EQ(each["difference"]["mean"], 0);
  }
  EXPECT_EQ(chosen, 1);
  EXPECT_EQ(document["finalists"][2]["start"], 3);
  EXPECT_TRUE(document["finalists"][3]["start"].is_null());
}

TEST_F(Compare, outputs_of_symmetric_networks_are_held_to_the_space_of_all_components) {
  const Json document = Json::parse(run_document(run("net", {"network.kind=symmetric", "network.outputs=2"}, network)));
  const Json& life = document["lifetimes"][0];
  EXPECT_EQ(life["measure"], "subspace");
  const Json& weights = life["weights"][1];
  const double part = std::hypot(product(weights, life["components"][0]), product(weights, life["components"][1]));
  EXPECT_NEAR(life["path"]["alignment"][1].back().get<double>(), part / length(weights), 1e-3);
}

}  // namespace
}  // namespace carve::experiment
