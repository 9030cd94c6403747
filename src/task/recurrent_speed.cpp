// Measures recurrent networks: seconds of this thread per simulated second, one candidate.
// usage: recurrent_speed [REPETITIONS] [PART OF A NAME]. Prints tab-separated lines: what; least, median and most
// seconds; mean rates of E and I in the last simulated second; millions of spikes over synapses per simulated second;
// bytes per candidate, and per plastic synapse.
#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "carve/network/recurrent/recurrent_run.hpp"
#include "carve/network/recurrent/test_recurrent.hpp"
#include "carve/task/recurrent_measurement.hpp"

namespace {

using namespace carve;
using network::test::SixParameters;

constexpr std::size_t second = task::steps_per_second;

struct Candidate {
  network::ProjectionRules rules;
  std::vector<double> values;

  void add(const SixParameters& six, double w_max) {
    rules.emplace_back(network::test::six_parameters(0, w_max));
    const std::vector<double> own = six.values();
    values.insert(values.end(), own.begin(), own.end());
  }
  void add(const network::test::TextRule& text) {
    const rule::Rule rule = text.rule();
    rules.emplace_back(rule.space);
    values.insert(values.end(), rule.values.begin(), rule.values.end());
  }
  /// A perceptron that changes weights little.
  void add_perceptron() {
    base::Table table;
    table.set("family", {std::string("mlp"), {}});
    table.set("eta", {1e-7, {}});
    for (const char* event : {"pre", "post"}) {
      for (std::size_t k = 0; k <= rule::Perceptron::features; ++k)
        table.set(fmt::format("{}_{}", event, k), {k % 2 == 0 ? 0.5 : -0.5, {}});
    }
    base::Diagnostics diagnostics;
    auto space = rule::read_event_rule("test", table, {}, diagnostics);
    const std::optional<rule::Rule> rule = rule::fixed_rule(std::move(*space), diagnostics);
    rules.emplace_back(rule->space);
    values.insert(values.end(), rule->values.begin(), rule->values.end());
  }
  void keep() { rules.emplace_back(); }
};

template <class T>
void measure(const std::string& what, const network::RecurrentNetwork& declared, const Candidate& candidate,
             double input_rate, std::size_t settle, int repetitions) {
  const network::RecurrentTrial trial =
      task::poisson_trial(declared, input_rate, settle + static_cast<std::size_t>(repetitions));
  network::RecurrentRun<T> run(declared, candidate.rules, candidate.values, trial);
  std::vector<double> seconds;
  std::vector<double> spikes(declared.populations.size());
  while (!run.finished()) {
    std::fill(spikes.begin(), spikes.end(), 0.0);
    double taken = 0;
    for (const std::size_t end = run.now() + second; run.now() < end;) {
      const std::size_t begin = run.now();
      const double before = task::thread_seconds();
      run.advance();
      taken += task::thread_seconds() - before;
      for (std::size_t p = 0; p < spikes.size(); ++p) {
        for (std::size_t t = begin; t < run.now(); ++t)
          spikes[p] += static_cast<double>(declared.populations[p].neuron ? run.spikes(p, t).size()
                                                                          : trial.inputs[p].at(t).size());
      }
    }
    if (run.now() > settle * second) seconds.push_back(taken);
  }
  std::sort(seconds.begin(), seconds.end());
  double events = 0, plastic = 0;
  for (std::size_t c = 0; c < declared.projections.size(); ++c) {
    const network::Projection& each = declared.projections[c];
    const auto synapses = static_cast<double>(trial.synapses[c].count());
    events += spikes[each.from] * synapses / static_cast<double>(declared.populations[each.from].size);
    if (candidate.rules[c]) plastic += synapses;
  }
  fmt::print("{}\t{:.4f}\t{:.4f}\t{:.4f}\ts\tE {:.2f} Hz\tI {:.2f} Hz\t{:.1f} M\t{:.1f} MB\t{:.2f} B\n", what,
             seconds.front(), seconds[seconds.size() / 2], seconds.back(),
             spikes[0] / static_cast<double>(declared.populations[0].size),
             spikes[1] / static_cast<double>(declared.populations[1].size), events * 1e-6,
             static_cast<double>(run.bytes()) * 1e-6, plastic > 0 ? static_cast<double>(run.bytes()) / plastic : 0);
}

}  // namespace

int main(int argc, char** argv) {
  const int repetitions = argc > 1 ? std::atoi(argv[1]) : 5;
  const std::string part = argc > 2 ? argv[2] : "";
  const auto wanted = [&](const std::string& what) { return what.find(part) != std::string::npos; };
  const network::RecurrentNetwork tif = network::tif_network();
  const network::RecurrentNetwork adaptive = network::adaptive_network();
  Candidate fixed, one;
  for (int c = 0; c < 6; ++c) fixed.keep();
  for (int c = 0; c < 6; ++c) c == 2 ? one.add(task::inhibition(0.01, 10), 10) : one.keep();
  const auto four = [](double rate) {  // which excitatory neurons stay somewhat below
    Candidate result;
    result.add({.eta = 1e-5, .alpha = 0.1, .beta = -0.1, .gamma = 0.3, .kappa = -0.3}, 1);
    result.add({.eta = 1e-5, .alpha = -0.1, .beta = 0.1, .gamma = 0.2, .kappa = -0.2}, 1);
    result.add(task::inhibition(0.02, rate), 20);
    result.add(task::inhibition(0.02, rate), 20);
    result.keep();
    result.keep();
    return result;
  };
  Candidate any;  // inhibition that settles, excitation that changes little
  any.add({"-1e-5*x_post*(1 + r)*w", "1e-5*x_pre*(1 - w)*(1 + o)", 17, 34, 1, {{"r", "pre", 101}, {"o", "post", 125}}});
  any.keep();
  any.add({"0.005*(x_post - 0.28)*(1 + 0.05*w)", "0.005*x_pre*(1 + 0.05*w)", 20, 20, 20});
  for (int c = 3; c < 6; ++c) any.keep();
  Candidate perceptron;
  for (int c = 0; c < 6; ++c) c == 0 || c == 2 ? perceptron.add_perceptron() : perceptron.keep();
  if (wanted("tif: static")) measure<float>("tif: static", tif, fixed, 3, 1, repetitions);
  if (wanted("tif: I->E plastic")) measure<float>("tif: I->E plastic", tif, one, 3, 6, repetitions);
  if (wanted("tif: I->E plastic, double")) measure<double>("tif: I->E plastic, double", tif, one, 3, 2, repetitions);
  if (wanted("adaptive: static")) measure<float>("adaptive: static", adaptive, fixed, 10, 1, repetitions);
  if (wanted("adaptive: four plastic, 7 Hz"))
    measure<float>("adaptive: four plastic, 7 Hz", adaptive, four(8.6), 10, 8, repetitions);
  if (wanted("adaptive: four plastic, 10 Hz"))
    measure<float>("adaptive: four plastic, 10 Hz", adaptive, four(11.7), 10, 8, repetitions);
  if (wanted("adaptive: two plastic by any formula"))
    measure<float>("adaptive: two plastic by any formula", adaptive, any, 10, 4, repetitions);
  if (wanted("adaptive: two plastic by a perceptron"))
    measure<float>("adaptive: two plastic by a perceptron", adaptive, perceptron, 10, 1, repetitions);
  if (wanted("adaptive: two plastic by a perceptron, faster inputs"))
    measure<float>("adaptive: two plastic by a perceptron, faster inputs", adaptive, perceptron, 14, 1, repetitions);
  if (wanted("adaptive: four plastic, double"))
    measure<double>("adaptive: four plastic, double", adaptive, four(8.6), 10, 2, repetitions);
}
