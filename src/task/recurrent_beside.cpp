// A recurrent network for others to simulate beside carve: acceptance/recurrent_speed and recurrent_statistics.
// usage: recurrent_beside export FOLDER NETWORK NEURONS SEED SETTLE SECONDS
//        recurrent_beside live FOLDER float|double
// The first lets inhibition settle for SETTLE seconds in a `tif` or `if-adaptive` network, and writes the network with
// these weights, and spikes of its inputs for SECONDS, as flat arrays beside network.json. The second lives through
// that and writes all spikes; prints seconds of this thread, mean weights before and after, and bytes as JSON.
#include <fstream>
#include <numeric>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/network/recurrent/recurrent_run.hpp"
#include "carve/network/test_spiking.hpp"
#include "carve/task/recurrent_measurement.hpp"

namespace {

using namespace carve;

constexpr std::size_t plastic = 2;  // I->E
constexpr double target = 10;       // Hz

struct Setting {
  std::string network;
  std::size_t neurons = 0;
  std::uint32_t seed = 0;
  std::size_t settle = 0;  // s
  std::size_t seconds = 0;

  [[nodiscard]] bool tif() const { return network == "tif"; }
  [[nodiscard]] network::RecurrentNetwork declared() const {
    const network::NetworkSize size{neurons * 4 / 5, neurons / 5, 5000};
    return tif() ? network::tif_network(size) : network::adaptive_network(size);
  }
  [[nodiscard]] double w_max() const { return tif() ? 10 : 20; }
  [[nodiscard]] double input_rate() const { return tif() ? 3 : 10; }  // Hz, the middle of what the tasks draw
};

network::test::SixParameters rule() { return task::inhibition(0.01, target); }

template <class T>
void write(const std::string& path, const std::vector<T>& values) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
}

std::vector<double> read_weights(const std::string& folder, std::size_t count) {
  std::vector<double> weights(count);
  std::ifstream file(folder + "/weights.f64", std::ios::binary);
  file.read(reinterpret_cast<char*>(weights.data()), static_cast<std::streamsize>(count * sizeof(double)));
  return weights;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// One candidate in a network; keeps what RecurrentRun refers to.
template <class T>
struct Living {
  network::RecurrentNetwork network;
  network::ProjectionRules rules = network::ProjectionRules(6);
  std::vector<double> values = rule().values();
  network::RecurrentTrial trial;
  std::unique_ptr<network::RecurrentRun<T>> run;

  Living(const Setting& setting, std::size_t seconds, const std::string& weights_from)
      : network(setting.declared()), trial(task::poisson_trial(network, setting.input_rate(), seconds, setting.seed)) {
    network::Synapses& synapses = trial.synapses[plastic];
    if (!weights_from.empty()) {
      const std::vector<double> weights = read_weights(weights_from, synapses.count());
      synapses.weights.assign(synapses.places(), 0.0);
      std::size_t k = 0;
      synapses.for_each([&](std::size_t, std::size_t s) { synapses.weights[s] = weights[k++]; });
    }
    rules[plastic] = network::test::six_parameters(0, setting.w_max());
    run = std::make_unique<network::RecurrentRun<T>>(network, rules, values, trial);
  }
};

void write_network(const std::string& folder, const Setting& setting, const network::RecurrentNetwork& network) {
  const network::NeuronModel& model = *network.populations[0].neuron;
  const network::test::SixParameters six = rule();
  std::vector<double> weights, sizes;
  for (const network::Projection& each : network.projections) weights.push_back(each.lowest_weight);
  for (const network::Population& each : network.populations) sizes.push_back(static_cast<double>(each.size));
  std::ofstream(folder + "/network.json") << fmt::format(
      R"({{"network": "{}", "neurons": {}, "seed": {}, "seconds": {}, "sizes": [{}], "weights": [{}], "delay": {},
"neuron": {{"rest": {}, "reset": {}, "threshold": {}, "membrane": {}, "refractory": {}, "e_e": {}, "e_i": {},
 "tau_ampa": {}, "tau_nmda": {}, "nmda_share": {}, "tau_gaba": {}, "threshold_jump": {}, "threshold_decay": {}}},
"rule": {{"eta": {}, "alpha": {}, "kappa": {}, "gamma": {}, "tau": {}, "w_max": {}}}}})",
      setting.network, setting.neurons, setting.seed, setting.seconds, fmt::join(sizes, ", "), fmt::join(weights, ", "),
      network.projections[0].delay.value, model.rest.value, model.reset.value, model.threshold.value,
      model.membrane.value, model.refractory.value, model.excitation_reversal.value, model.inhibition_reversal.value,
      model.ampa.value, model.nmda.value, model.nmda_share, model.gaba.value, model.threshold_jump.value,
      model.threshold_decay.value, six.eta, six.alpha, six.kappa, six.gamma, six.tau_pre, setting.w_max());
}

void write_spikes(const std::string& path, const network::SpikeTrains& trains) {
  std::vector<std::uint32_t> steps;
  for (std::uint32_t t = 0; t < trains.steps(); ++t) steps.resize(steps.size() + trains.at(t).size(), t);
  write(path + ".steps.u32", steps);
  write(path + ".neurons.u16", trains.sources);
}

void export_network(const std::string& folder, const Setting& setting) {
  Living<float> settling(setting, setting.settle, "");
  while (!settling.run->finished()) settling.run->advance();
  write(folder + "/weights.f64", settling.run->weights(plastic));
  const Living<float> living(setting, setting.seconds, folder);
  write_network(folder, setting, living.network);
  write_spikes(folder + "/inputs", living.trial.inputs[2]);
  for (std::size_t c = 0; c < living.trial.synapses.size(); ++c) {
    std::vector<std::uint16_t> sources, targets;
    living.trial.synapses[c].for_each([&](std::size_t j, std::size_t s) {
      sources.push_back(static_cast<std::uint16_t>(j));
      targets.push_back(living.trial.synapses[c].targets[s]);
    });
    write(folder + fmt::format("/{}.sources.u16", c), sources);
    write(folder + fmt::format("/{}.targets.u16", c), targets);
  }
}

template <class T>
void live(const std::string& folder, const Setting& setting) {
  Living<T> living(setting, setting.seconds, folder);
  network::RecurrentRun<T>& run = *living.run;
  std::array<network::SpikeTrains, 2> spikes;
  for (std::size_t p = 0; p < 2; ++p) spikes[p] = {.inputs = living.network.populations[p].size, .first = {0}};
  const double before = mean(run.weights(plastic));
  double seconds = 0;
  while (!run.finished()) {
    const std::size_t begin = run.now();
    const double started = task::thread_seconds();
    run.advance();
    seconds += task::thread_seconds() - started;
    for (std::size_t t = begin; t < run.now(); ++t) {
      for (std::size_t p = 0; p < 2; ++p) {
        const auto found = run.spikes(p, t);
        spikes[p].sources.insert(spikes[p].sources.end(), found.begin(), found.end());
        spikes[p].first.push_back(static_cast<std::uint32_t>(spikes[p].sources.size()));
      }
    }
  }
  write_spikes(folder + "/carve.E", spikes[0]);
  write_spikes(folder + "/carve.I", spikes[1]);
  std::size_t synapses = 0;
  for (const network::Synapses& each : living.trial.synapses) synapses += each.count();
  fmt::print(R"({{"seconds": {}, "weight_before": {}, "weight": {}, "bytes": {}, "plastic": {}, "synapses": {}}})"
             "\n",
             seconds, before, mean(run.weights(plastic)), run.bytes(), living.trial.synapses[plastic].count(),
             synapses);
}

/// As `export` was told.
Setting read_setting(const std::string& folder) {
  Setting setting;
  std::ifstream(folder + "/setting") >> setting.network >> setting.neurons >> setting.seed >> setting.settle >>
      setting.seconds;
  return setting;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string command = argc > 2 ? argv[1] : "";
  if (command == "export" && argc == 8) {
    const std::string folder = argv[2];
    std::ofstream(folder + "/setting") << fmt::format("{} {} {} {} {}\n", argv[3], argv[4], argv[5], argv[6], argv[7]);
    export_network(folder, read_setting(folder));
    return 0;
  }
  if (command == "live" && argc == 4) {
    const std::string folder = argv[2];
    std::string(argv[3]) == "double" ? live<double>(folder, read_setting(folder))
                                     : live<float>(folder, read_setting(folder));
    return 0;
  }
  fmt::print(stderr,
             "recurrent_beside export FOLDER NETWORK NEURONS SEED SETTLE SECONDS\n"
             "recurrent_beside live FOLDER float|double\n");
  return 2;
}
