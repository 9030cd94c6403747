// Experiments with a recurrent network: the file reads as itself, mistakes are told, stopping and going on, threads and
// early ends change no bit, the answer says what its lifetimes show.
#include <atomic>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "carve/experiment/answer/answer.hpp"
#include "carve/experiment/documents/summary.hpp"
#include "carve/experiment/rules/rule_file.hpp"
#include "carve/experiment/run.hpp"
#include "carve/experiment/test_support.hpp"
#include "carve/network/test_support.hpp"

namespace carve::experiment {
namespace {

constexpr const char* recurrent = R"toml(seed = 3
[network]
kind = "recurrent"
preset = "tif"
excitatory = 80
inhibitory = 20
inputs = 400
[rule."I->E"]
family = "six_parameter"
eta = 0.02
w_max = 20
[trials]
count = 2
validation = 2
recorded = "1 s"
inputs = { lowest_rate = "2 Hz", highest_rate = "4 Hz" }
stimuli = { patterns = 1, share = 0.2, spots = 2, on = "0.2 s", off = "0.1 s" }
phases = [
  { name = "train", duration = "1.5 s", plastic = ["I->E"], show = "familiar" },
  { name = "test", duration = "0.6 s", plastic = false, show = "both" },
]
[loss]
kind = "recurrent_sum"
parts = [
  { kind = "stability", target = "8 Hz", window = "1 s" },
  { kind = "familiarity", weight = 0.1 },
  { kind = "plausibility", weight = 0.1, rate = [2, 20] },
]
[search]
method = "cma-es"
population = 6
generations = 4
[reference]
name = "Vogels' rule"
[reference."I->E"]
on_pre = "eta*(x_post - 0.32)"
on_post = "eta*x_pre"
eta = 0.02
tau_pre = "20 ms"
tau_post = "20 ms"
w_max = 20
)toml";

/// The text with its first `from` replaced.
std::string with(const std::string& from, const std::string& to) {
  std::string text = recurrent;
  EXPECT_NE(text.find(from), std::string::npos) << from;
  return text.replace(text.find(from), from.size(), to);
}

TEST(RecurrentExperiment, its_resolved_copy_reads_as_itself) {
  // A population beside the preset's, plastic inputs, a rule that reads the weight: the order of declarations is free.
  const std::string more = with("[rule.\"I->E\"]", R"toml([network.populations.A]
size = 30
kind = "inhibitory"
[network.connections."A->E"]
weight = [0.1, 0.2]
delay = "0.8 ms"
[network.connections."E->A"]
probability = 0.3
[rule."inputs->E"]
on_pre = "-A*w*x_post"
tau_post = "30 ms"
[rule."I->E"])toml");
  for (const std::string& text : {std::string(recurrent), more.substr(0, more.find("[reference]"))}) {
    const auto first = read(text);
    ASSERT_TRUE(first);
    const auto again = read(resolved(*first));
    ASSERT_TRUE(again);
    EXPECT_EQ(resolved(*again), resolved(*first));
    const auto synapses = [](const Experiment& experiment) {
      return task::make_trial(experiment.trial_source(), task::Split::search, 1).staged->given.synapses;
    };
    const auto a = synapses(*first), b = synapses(*again);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t c = 0; c < a.size(); ++c) EXPECT_EQ(a[c].targets, b[c].targets) << c;
  }
}

TEST(RecurrentExperiment, mistakes_are_told) {
  const auto told = [](const std::string& text, const std::string& what) {
    std::string problems;
    EXPECT_FALSE(read(text, {}, &problems)) << what;
    EXPECT_NE(problems.find(what), std::string::npos) << problems;
  };
  told(with("\"I->E\"]\nfamily", "\"E->X\"]\nfamily"), "unknown key 'E->X'");
  told(with("preset = \"tif\"", ""), "'excitatory' is the size of a preset's population");
  told(with("preset = \"tif\"", "preset = \"tif\"\ndt = \"0.3 ms\""), "1 ms is not a whole number of steps");
  told(with("[rule.\"I->E\"]", "[network.connections.\"E->Z\"]\nprobability = 1\n[rule.\"I->E\"]"),
       "'E->Z' does not name a connection");
  told(with("[rule.\"I->E\"]", "[network.connections.\"E->inputs\"]\n[rule.\"I->E\"]"), "nothing reaches them");
  told(with("[rule.\"I->E\"]", "[network.populations.E]\nthreshold = \"-70 mV\"\n[rule.\"I->E\"]"),
       "the threshold is not above");
  told(with("duration = \"0.6 s\"", "duration = \"0.605 s\""), "not a multiple of 10 ms");
  told(with("name = \"test\"", "name = \"train\""), "two phases are called 'train'");
  told(with("show = \"familiar\"", "show = \"odd\""), "odd");
  told(with("plastic = [\"I->E\"]", "plastic = [\"E->E\"]"), "there is no rule for 'E->E'");
  told(with("plastic = [\"I->E\"]", "plastic = \"I->E\""), "expected true, false, or a list of connections");
  told(with("spots = 2", "population = \"E\""), "'E' is no population of inputs");
  told(with("lowest_rate = \"2 Hz\"", "lowest_rate = \"5 Hz\""), "lowest_rate is larger than highest_rate");
  told(with("recorded = \"1 s\"", "recorded = \"1 s\"\nlifetime = \"3 s\""), "with phases, their durations");
  told(with("recorded = \"1 s\"", "recorded = \"3 s\""), "longer than a lifetime of 2.1 s");
  told(with("window = \"1 s\"", "window = \"3 s\""), "the window is longer than a lifetime");
  told(with("duration = \"0.6 s\"", "duration = \"0.5 s\""), "too short to show every pattern once");
  told(with("method = \"cma-es\"\npopulation = 6", "method = \"gradient\""), "needs a loss with exact gradients");
}

TEST(RecurrentExperiment, stopped_and_resumed_on_other_threads_gives_the_same_bits) {
  const network::test::KeepIsa keep;
  const Folder folder;
  base::force_isa(base::Isa::scalar);
  Run::create(read(recurrent), folder / "whole").go({.threads = 1});
  base::force_isa(network::test::isas().back());
  std::atomic<int> stop{0};
  Run::create(read(recurrent), folder / "parts")
      .go({.threads = 3, .stop = &stop, .on_generation = [&](const GenerationReport& report) {
             if (report.record.generation == 1) stop = 1;
           }});
  base::Diagnostics diagnostics;
  const auto run = Run::open(folder / "parts", diagnostics);
  ASSERT_TRUE(run) << diagnostics.render();
  run->go({.threads = 2});
  EXPECT_EQ(fingerprint(folder / "parts"), fingerprint(folder / "whole"));
}

TEST(RecurrentExperiment, the_answer_says_what_its_lifetimes_show) {
  const Folder folder;
  Run::create(read(recurrent), folder / "run").go({.threads = 2});
  const auto document = nlohmann::json::parse(run_document(folder / "run"));
  const auto& view = document.at("recurrent");
  EXPECT_EQ(view["populations"].size(), 2U);
  EXPECT_EQ(view["populations"][0]["target"], 8);
  EXPECT_FALSE(view["populations"][1].contains("target"));
  EXPECT_EQ(view["phases"][1]["name"], "test");
  EXPECT_EQ(view["phases"][0]["plastic"], nlohmann::json::array({"I->E"}));
  EXPECT_EQ(view["phases"][1]["plastic"], false);
  ASSERT_EQ(view["trials"].size(), 2U);
  const auto& first = view["trials"][0];
  EXPECT_EQ(first["rate"]["found"]["E"].size(), 21U);
  EXPECT_TRUE(first["rate"].contains("known"));
  // The oracle: rule.toml lives through the same trials once more.
  const auto experiment = read(recurrent);
  base::Diagnostics diagnostics;
  const auto rules = read_rules(folder / "run", *experiment, diagnostics);
  ASSERT_TRUE(rules) << diagnostics.render();
  const Reference again{"", {{rules->front().space}}, rules->front().values, nullptr};
  const Judged judged = judge(*experiment, again, again.values, 2, evaluate::Workers(2));
  EXPECT_DOUBLE_EQ(document["loss"]["validation"]["mean"], 0.5 * (judged.losses[0] + judged.losses[1]));
  ASSERT_FALSE(judged.metrics.empty());
  EXPECT_EQ(judged.metrics.front().name, "plausible");
  for (const MetricEvidence& each : judged.metrics)
    EXPECT_DOUBLE_EQ(document["metrics"][each.name]["mean"], each.found.all.mean) << each.name;
  EXPECT_EQ(document["metrics"]["rate"]["lowest"], 1);
}

}  // namespace
}  // namespace carve::experiment
