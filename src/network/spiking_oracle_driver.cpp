// Writes lifetimes of the spiking neuron for spiking_oracle_test.py to repeat in Brian2.
// usage: spiking_oracle FOLDER. One JSON document, FOLDER/lives.json, with every number in full: per case the rules'
// parameters and bounds, the input spikes as pairs of step and input, initial weights, output spikes, final weights.
#include <algorithm>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/network/oracle_json.hpp"
#include "carve/network/test_spiking.hpp"

namespace {

using namespace carve;
using network::test::numbers;
using network::test::SixParameters;
using network::test::spikes;

struct Case {
  std::string name;
  SixParameters excitatory;
  SixParameters inhibitory;
  bool plastic_excitation = false;
  double w_max = 10;
};

std::string rule(const SixParameters& six) {
  return fmt::format(
      R"({{"eta": {:.17g}, "alpha": {:.17g}, "beta": {:.17g}, "gamma": {:.17g}, "kappa": {:.17g}, "tau_pre": {:.17g}, "tau_post": {:.17g}}})",
      six.eta, six.alpha, six.beta, six.gamma, six.kappa, six.tau_pre, six.tau_post);
}

std::string life_of(const Case& each, std::uint32_t seed) {
  constexpr std::size_t steps = 20000;  // 2 s
  network::SpikingTrial trial;
  trial.excitation = {network::test::random_spikes(100, steps, 0.002, 2 * seed),
                      network::test::uniform_between(100, 1.5, 2.5, 2 * seed)};
  trial.inhibition = {network::test::random_spikes(40, steps, 0.002, 2 * seed + 1),
                      network::test::uniform_between(40, 0.0, std::min(1.0, each.w_max), 2 * seed + 1)};
  const rule::RuleSpace excitatory = network::test::six_parameters(0, 4);
  const rule::RuleSpace inhibitory = network::test::six_parameters(0, each.w_max);
  const network::SpikingSimulator<double> simulator({}, each.plastic_excitation ? &excitatory : nullptr, &inhibitory);
  std::vector<double> values = each.inhibitory.values();
  if (each.plastic_excitation) {
    const std::vector<double> own = each.excitatory.values();
    values.insert(values.begin(), own.begin(), own.end());
  }
  const auto block = simulator.prepare(std::span(&values, 1))[0];
  const network::SpikingLife life = simulator.run(block, trial, simulator.drive(trial))[0];
  return fmt::format(
      R"({{"name": "{}", "steps": {}, "excitatory": {}, "inhibitory": {}, "w_max": [4, {:.17g}],
 "excitation": {{"spikes": {}, "before": {}, "after": {}}},
 "inhibition": {{"spikes": {}, "before": {}, "after": {}}},
 "output": [{}]}})",
      each.name, steps, each.plastic_excitation ? rule(each.excitatory) : "null", rule(each.inhibitory), each.w_max,
      spikes(trial.excitation.spikes), numbers(trial.excitation.weights), numbers(life.excitation),
      spikes(trial.inhibition.spikes), numbers(trial.inhibition.weights), numbers(life.inhibition),
      fmt::join(life.spikes, ", "));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "spiking_oracle FOLDER\n");
    return 2;
  }
  const std::vector<Case> cases{
      {"Vogels 2011, target 10 Hz", {}, {.eta = 0.02, .alpha = -0.4, .gamma = 1, .kappa = 1}},
      {"rates only", {}, {.eta = 0.02, .alpha = -0.12, .beta = 0.4}},
      {"asymmetric window",
       {},
       {.eta = 0.03, .alpha = 0.1, .beta = -0.2, .gamma = -0.7, .kappa = 1.1, .tau_pre = 0.007, .tau_post = 0.053}},
      {"both traces, clamped at both ends",
       {},
       {.eta = 0.8, .alpha = -0.4, .beta = 0.1, .gamma = 1, .kappa = 0.8, .tau_pre = 0.013, .tau_post = 0.031},
       false,
       0.6},
      {"both populations plastic",
       {.eta = 0.05, .alpha = 0.05, .beta = -0.1, .gamma = 0.5, .kappa = -0.6, .tau_pre = 0.02, .tau_post = 0.01},
       {.eta = 0.05, .alpha = -0.4, .gamma = 1, .kappa = 1},
       true},
      {"postsynaptic spikes only", {}, {.eta = 0.1, .beta = 0.2, .gamma = -1.5, .tau_pre = 0.1}, false, 1.2},
  };
  std::ofstream file(std::string(argv[1]) + "/lives.json");
  file << "[";
  for (std::size_t i = 0; i < cases.size(); ++i)
    file << (i == 0 ? "" : ",\n") << life_of(cases[i], static_cast<std::uint32_t>(i));
  file << "]\n";
  return file.good() ? 0 : 1;
}
