// Experiments with a spiking neuron: the file reads as itself, mistakes are told, stopping and going on changes no bit,
// a search brings the neuron to its rate.
#include <atomic>
#include <map>

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

constexpr const char* spiking = R"toml(seed = 3
[network]
kind = "spiking_neuron"
[rule.inhibition]
family = "six_parameter"
eta = 0.01
w_max = 50
[trials]
count = 2
lifetime = "4 s"
validation = 3
inputs = { kind = "grouped" }
[loss]
kind = "target_rate"
target = "8 Hz"
window = "2 s"
[search]
method = "cma-es"
population = 8
generations = 6
starts = 2
[reference]
name = "Vogels' rule"
[reference.inhibition]
on_pre = "eta*(x_post - 0.32)"
on_post = "eta*x_pre"
eta = 0.01
tau_pre = "20 ms"
tau_post = "20 ms"
w_max = 50
)toml";

/// The text with its first `from` replaced.
std::string with(const std::string& from, const std::string& to) {
  std::string text = spiking;
  EXPECT_NE(text.find(from), std::string::npos) << from;
  return text.replace(text.find(from), from.size(), to);
}

TEST(SpikingExperiment, its_resolved_copy_reads_as_itself) {
  const std::string both =
      with("[trials]", "[rule.excitation]\non_pre = \"-A*x_post\"\ntau_post = \"30 ms\"\n[trials]");
  for (const std::string& text : {std::string(spiking), both.substr(0, both.find("[reference]"))}) {
    const auto experiment = read(text);
    ASSERT_TRUE(experiment);
    const auto again = read(resolved(*experiment));
    ASSERT_TRUE(again);
    EXPECT_EQ(resolved(*again), resolved(*experiment));
  }
}

TEST(SpikingExperiment, mistakes_are_told) {
  for (const auto& [from, to, words] : std::vector<std::array<std::string, 3>>{
           {"[rule.inhibition]", "[rule.inhibitory]", "did you mean 'inhibition'"},
           {"family = \"six_parameter\"", "on_pre = \"eta*A*w\"", "carve cannot simulate this rule"},
           {"family = \"six_parameter\"", "on_pre = \"eta*A*C_E\"\ntau_C_E = \"9 ms\"",
            "'C_E' is known in recurrent networks only"},
           {"target = \"8 Hz\"", "target = \"8 ms\"", "expected a rate"},
           {"window = \"2 s\"", "window = \"20 s\"", "longer than a lifetime"},
           {"kind = \"grouped\"", "kind = \"gaussian\"", "unknown input"},
           {"kind = \"target_rate\"", "kind = \"subspace\"", "unknown loss"},
           {"lifetime = \"4 s\"", "steps = 100", "unknown key 'steps'"},
           {"method = \"cma-es\"\npopulation = 8", "method = \"gradient\"", "needs a loss with exact gradients"},
           {"[reference.inhibition]", "[reference.excitation]", "no rule for inhibition"},
           {"tau_post = \"20 ms\"", "tau_post = { init = \"20 ms\" }", "has no fixed value"},
           {"kind = \"spiking_neuron\"", "kind = \"spiking_neuron\"\nthreshold = \"-70 mV\"", "threshold"},
           {"kind = \"spiking_neuron\"", "kind = \"spiking_neuron\"\nupdates = \"lazy\"", "needs clamp = \"at_read\""},
           {"kind = \"spiking_neuron\"", "kind = \"spiking\"", "unknown network"}}) {
    std::string problems;
    EXPECT_FALSE(read(with(from, to), {}, &problems)) << to;
    EXPECT_NE(problems.find(words), std::string::npos) << problems;
  }
}

/// Both populations plastic, and postsynaptic spikes that wait.
std::string lazy_pair() {
  const std::string rule = "family = \"six_parameter\"\neta = 0.001\nw_max = 3\n";
  const std::string text =
      with("[network]", "[rule.excitation]\n" + rule + "[network]\nclamp = \"at_read\"\nupdates = \"lazy\"");
  return text.substr(0, text.find("[reference]"));
}

TEST(SpikingExperiment, stopped_and_resumed_gives_the_bits_of_one_that_never_stopped) {
  const network::test::KeepIsa keep;
  for (const std::string& text : {std::string(spiking), lazy_pair()}) {
    const Folder folder;
    base::force_isa(base::Isa::scalar);
    Run::create(read(text), folder / "whole").go({.threads = 1});
    base::force_isa(network::test::isas().back());
    std::atomic<int> stop{0};
    Run::create(read(text), folder / "parts")
        .go({.threads = 2, .stop = &stop, .on_generation = [&](const GenerationReport& report) {
               if (report.record.generation == 2) stop = 1;
             }});
    base::Diagnostics diagnostics;
    const auto run = Run::open(folder / "parts", diagnostics);
    ASSERT_TRUE(run) << diagnostics.render();
    run->go({.threads = 2});
    EXPECT_EQ(fingerprint(folder / "parts"), fingerprint(folder / "whole"));
  }
}

TEST(SpikingExperiment, the_file_says_when_postsynaptic_spikes_change_weights) {
  EXPECT_EQ(read(spiking)->spiking->neuron.updates, network::Updates::eager);
  EXPECT_EQ(read(lazy_pair())->spiking->neuron.updates, network::Updates::lazy);
}

TEST(SpikingExperiment, the_answer_says_what_its_lifetimes_show) {
  const Folder folder;
  Run::create(read(spiking), folder / "run").go({.threads = 2});
  const auto document = nlohmann::json::parse(run_document(folder / "run"));
  const auto& view = document.at("spiking");
  EXPECT_EQ(view["target"], 8);
  EXPECT_EQ(view["lifetime"], 4);
  EXPECT_EQ(view["settled"].size(), 2U);
  ASSERT_EQ(view["trials"].size(), 3U);
  const auto& first = view["trials"][0];
  EXPECT_EQ(first["rate"]["time"].size(), first["rate"]["found"].size());
  EXPECT_EQ(first["weights"]["inhibition"]["after"].size(), 200U);
  EXPECT_FALSE(first["weights"].contains("excitation"));
  EXPECT_EQ(first["tuning"]["excitation"]["before"].size(), 8U);
  EXPECT_EQ(document["loss"]["validation"]["trials"], 3);
  // The oracle: rule.toml lives through the same trials once more.
  const auto experiment = read(spiking);
  base::Diagnostics diagnostics;
  const auto rules = read_rules(folder / "run", *experiment, diagnostics);
  ASSERT_TRUE(rules) << diagnostics.render();
  const Reference again{"", {{rules->front().space}}, rules->front().values, nullptr};
  const auto evaluator = evaluator_of(*experiment, again);
  const evaluate::Workers workers(1);
  const auto trials = evaluate::make_trials(experiment->trial_source(), task::Split::validation, 0, 3, workers);
  const auto evaluation = evaluator.evaluate(std::span(&again.values, 1), trials, workers);
  EXPECT_DOUBLE_EQ(document["loss"]["validation"]["mean"], evaluation.mean(0));
  const Judged judged = judge(*experiment, again, again.values, 3, evaluate::Workers(2));
  EXPECT_EQ(judged.losses, evaluation.losses) << "a trial at a time gives what all at once give";
  EXPECT_EQ(judged.outcomes, evaluation.outcomes);
  EXPECT_DOUBLE_EQ(document["metrics"]["rate"]["mean"], judged.metrics.front().found.all.mean);
}

}  // namespace
}  // namespace carve::experiment
