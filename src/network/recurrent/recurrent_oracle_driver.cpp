// Writes lifetimes of recurrent networks for recurrent_oracle_test.py to repeat in Brian2.
// usage: recurrent_oracle FOLDER. One JSON document, FOLDER/networks.json, with every number in full: per case neurons,
// rules, synapses, input spikes as pairs of step and input, output spikes per population, final weights.
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/network/oracle_json.hpp"
#include "carve/network/recurrent/recurrent_run.hpp"
#include "carve/network/recurrent/test_recurrent.hpp"

namespace {

using namespace carve;
using network::Projection;
using network::test::numbers;
using network::test::spikes;
using network::test::TextRule;

struct Case {
  std::string name;
  network::RecurrentNetwork network;
  std::vector<std::optional<TextRule>> rules;  // of the projections; those left out are static
  std::size_t steps = 10000;                   // 1 s
};

std::string neuron(const network::NeuronModel& model) {
  return fmt::format(
      R"({{"rest": {}, "reset": {}, "threshold": {}, "membrane": {}, "refractory": {}, "e_e": {}, "e_i": {}, "ampa": {},
 "nmda": {}, "nmda_share": {}, "gaba": {}, "threshold_jump": {}, "threshold_decay": {}, "adaptation_jump": {},
 "adaptation_decay": {}, "e_a": {}}})",
      model.rest.value, model.reset.value, model.threshold.value, model.membrane.value, model.refractory.value,
      model.excitation_reversal.value, model.inhibition_reversal.value, model.ampa.value, model.nmda.value,
      model.nmda_share, model.gaba.value, model.threshold_jump.value, model.threshold_decay.value,
      model.adaptation_jump, model.adaptation_decay.value, model.adaptation_reversal.value);
}

std::string rule_of(const TextRule& rule) {
  std::vector<network::test::MoreTrace> traces = rule.more;
  traces.push_back({"x_pre", "pre", rule.tau_pre});
  traces.push_back({"x_post", "post", rule.tau_post});
  std::vector<std::string> texts;
  for (const auto& each : traces)
    texts.push_back(fmt::format(R"({{"name": "{}", "side": "{}", "tau": {}}})", each.name, each.side, each.tau));
  return fmt::format(R"({{"on_pre": "{}", "on_post": "{}", "traces": [{}], "w_max": {}}})", rule.on_pre, rule.on_post,
                     fmt::join(texts, ", "), rule.w_max);
}

std::string projection(const Projection& each, const network::Synapses& synapses, const std::optional<TextRule>& rule,
                       const std::vector<double>& after) {
  std::string pairs;
  std::vector<double> before;
  synapses.for_each([&](std::size_t j, std::size_t s) {
    pairs += fmt::format("{}[{}, {}]", pairs.empty() ? "" : ", ", j, synapses.targets[s]);
    before.push_back(synapses.weight_at(s));
  });
  const std::string text = rule ? rule_of(*rule) : "null";
  return fmt::format(
      R"({{"from": {}, "to": {}, "delay": {}, "rule": {}, "synapses": [{}], "before": {}, "after": {}}})", each.from,
      each.to, each.delay.value, text, pairs, numbers(before), numbers(after));
}

network::RecurrentLife live(const network::RecurrentNetwork& declared,
                            const std::vector<std::optional<rule::Rule>>& rules, const network::RecurrentTrial& trial) {
  network::ProjectionRules spaces;
  std::vector<double> values;
  for (const auto& each : rules) {
    spaces.push_back(each ? std::optional(each->space) : std::nullopt);
    if (each) values.insert(values.end(), each->values.begin(), each->values.end());
  }
  return network::run_recurrent<double>(declared, spaces, values, trial);
}

std::string life_of(const Case& each, std::uint32_t seed) {
  const network::RecurrentTrial trial = network::test::trial_of(each.network, each.steps, 0.002, seed);
  std::vector<std::optional<TextRule>> texts = each.rules;
  texts.resize(each.network.projections.size());
  std::vector<std::optional<rule::Rule>> rules;
  for (const auto& text : texts) rules.push_back(text ? std::optional(text->rule()) : std::nullopt);
  const network::RecurrentLife life = live(each.network, rules, trial);
  std::vector<std::string> populations, projections;
  for (std::size_t p = 0; p < each.network.populations.size(); ++p) {
    const network::Population& population = each.network.populations[p];
    populations.push_back(fmt::format(R"({{"name": "{}", "size": {}, "excitatory": {}, "neuron": {}, "spikes": {}}})",
                                      population.name, population.size,
                                      population.transmitter == network::Transmitter::excitatory,
                                      population.neuron ? neuron(*population.neuron) : "null",
                                      spikes(population.neuron ? life.spikes[p] : trial.inputs[p])));
  }
  for (std::size_t c = 0; c < texts.size(); ++c)
    projections.push_back(projection(each.network.projections[c], trial.synapses[c], texts[c], life.weights[c]));
  return fmt::format("{{\"name\": \"{}\", \"steps\": {},\n\"populations\": [{}],\n\"projections\": [{}]}}", each.name,
                     each.steps, fmt::join(populations, ",\n"), fmt::join(projections, ",\n"));
}

/// 160 excitatory and 40 inhibitory neurons whose synapses are fewer and stronger than in the network of full size.
network::RecurrentNetwork small(network::RecurrentNetwork network, double excitation, double inhibition, double input) {
  for (Projection& each : network.projections) {
    each.probability = 0.1;
    const double factor = each.from == 0 ? excitation : each.from == 1 ? inhibition : input;
    each.lowest_weight *= factor;
    each.highest_weight *= factor;
  }
  return network;
}

constexpr network::NetworkSize size{160, 40, 100};

std::vector<Case> cases() {
  const network::RecurrentNetwork tif = small(network::tif_network(size), 5, 5, 6);
  const network::RecurrentNetwork adaptive = small(network::adaptive_network(size), 4, 1, 14);
  const TextRule vogels{"0.02*(x_post - 0.4)", "0.02*x_pre", 20, 20, 10};
  const TextRule hebb{"-0.004*x_post", "0.004*x_pre + 0.001", 15, 30, 0.4};
  const TextRule both{"0.01*(x_post - 0.3)", "0.01*(x_pre - 0.1)", 10, 40, 0.3};
  network::RecurrentNetwork delays = tif;
  for (std::size_t c = 0; c < delays.projections.size(); ++c)
    delays.projections[c].delay = {3e-4 * static_cast<double>(c)};
  network::RecurrentNetwork tired = adaptive;
  for (std::size_t p : {0, 1}) tired.populations[p].neuron->adaptation_jump = 0.1;
  return {
      {"tif, I->E plastic", tif, {{}, {}, vogels}},
      {"tif, four plastic, clamped",
       tif,
       {hebb, both, vogels, TextRule{"0.1*(0.5 - x_post)", "-0.1*x_pre", 5, 60, 2}},
       20000},
      {"tif, four delays, input plastic",
       delays,
       {hebb, hebb, vogels, {}, TextRule{"-0.001", "0.01*x_pre", 10, 10, 1}}},
      {"adaptive, four plastic", adaptive, {hebb, both, vogels, vogels}, 20000},
      {"adaptive, tired, clamped",
       tired,
       {both, hebb, TextRule{"0.3*(x_post - 0.4)", "0.3*x_pre - 0.1", 12, 25, 1.5}, both}},
      {"adaptive, rules that read the weight",
       adaptive,
       {TextRule{"-0.05*x_post*w", "0.05*x_pre*(0.6 - w)", 20, 20, 5},
        {},
        TextRule{"0.02*x_post - 0.1*w^2", "0.05*x_pre", 20, 20, 5},
        {}}},
      {"tif, triplets of spikes and weights that clamp, beside rules that wait",
       tif,
       {TextRule{
            "-0.005*x_post*(1 + 2*r)", "0.006*x_pre*(1 + 3*o)", 17, 34, 0.5, {{"r", "pre", 101}, {"o", "post", 125}}},
        hebb, TextRule{"0.05*tanh(w)*x_post - 0.02", "0.05*x_pre - 0.03*sqrt(w)*x_post", 20, 40, 2}, vogels}},
      {"adaptive, rules that read potentials and currents",
       tired,
       {TextRule{"0.01*x_post*(1 + 30*(V + 0.06)) - 0.02*w",
                 "0.02*x_pre*C_E*(100 - 500*C_I)",
                 20,
                 20,
                 1,
                 {{"V", "state", 40}, {"C_E", "state", 10}, {"C_I", "state", 100}}},
        TextRule{"0.5*C_E^2 - 0.001", "0.1*x_pre*V", 20, 20, 1, {{"V", "state", 5}, {"C_E", "state", 30}}},
        TextRule{"0.3*(x_post - 0.4)*C_I*w", "0.02*x_pre", 20, 20, 5, {{"C_I", "state", 100}}},
        {}}}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "recurrent_oracle FOLDER\n");
    return 2;
  }
  std::ofstream file(std::string(argv[1]) + "/networks.json");
  const std::vector<Case> all = cases();
  for (std::size_t i = 0; i < all.size(); ++i)
    file << (i == 0 ? "[" : ",\n") << life_of(all[i], static_cast<std::uint32_t>(i));
  file << "]\n";
  return file.good() ? 0 : 1;
}
