// Measures the spiking neuron: milliseconds per candidate and simulated minute, and per minute of one trial's input.
// usage: spiking_speed [REPETITIONS]. Prints tab-separated lines: what, least, median, most, and the mean rate in Hz.
// usage: spiking_speed --export FOLDER. Writes a minute of inputs in groups for acceptance/inhibition_speed.
// usage: spiking_speed --rules FOLDER. Lets the rules in FOLDER/rules.f64, [candidate][7] as SixParameters::values has
// them, live through that minute; prints JSON: seconds of this thread, and each candidate's spikes.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/network/spiking_simulator.hpp"
#include "carve/network/test_spiking.hpp"
#include "carve/task/spike_inputs.hpp"

namespace {

using namespace carve;

constexpr std::size_t minute = 600000;

/// Seconds of this thread: what other programs take meanwhile does not count.
double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Work>
std::vector<double> times(int repetitions, Work work) {
  std::vector<double> all;
  for (int i = 0; i <= repetitions; ++i) {
    const double before = thread_seconds();
    work();
    if (i > 0) all.push_back(thread_seconds() - before);  // the first one warms up
  }
  std::sort(all.begin(), all.end());
  return all;
}

void print(const std::string& what, const std::vector<double>& seconds, double share, double rate) {
  fmt::print("{}\t{:.4f}\t{:.4f}\t{:.4f}\tms\t{:.2f} Hz\n", what, 1e3 * seconds.front() / share,
             1e3 * seconds[seconds.size() / 2] / share, 1e3 * seconds.back() / share, rate);
}

/// `rules` rules, one after the other, of many different time constants, that all settle at `target` Hz.
std::vector<std::vector<double>> candidates(std::size_t count, double target, std::size_t rules) {
  std::vector<std::vector<double>> result;
  for (std::size_t i = 0; i < count; ++i) {
    const double tau = 0.01 + 0.02 * static_cast<double>(i) / static_cast<double>(count);
    const std::vector<double> values = network::test::SixParameters{.eta = rules > 1 ? 0.001 : 0.005,
                                                                    .alpha = -2 * target * tau,
                                                                    .gamma = 1,
                                                                    .kappa = 1,
                                                                    .tau_pre = tau,
                                                                    .tau_post = tau}
                                           .values();
    std::vector<double> all;
    for (std::size_t r = 0; r < rules; ++r) all.insert(all.end(), values.begin(), values.end());
    result.push_back(std::move(all));
  }
  return result;
}

template <class T>
void measure(const std::string& what, int repetitions, const network::SpikingTrial& trial, double target, bool lazy,
             bool excitation = false) {
  const rule::RuleSpace inhibitory = network::test::six_parameters(0, 10);
  const rule::RuleSpace excitatory = network::test::six_parameters(0, 2);
  network::SpikingNeuron neuron;
  if (lazy) {
    neuron.clamp = network::Clamp::at_read;
    neuron.updates = network::Updates::lazy;
  }
  const network::SpikingSimulator<T> simulator(neuron, excitation ? &excitatory : nullptr, &inhibitory);
  const auto block = simulator.prepare(candidates(256 / sizeof(T), target, excitation ? 2 : 1))[0];
  const auto drive = simulator.drive(trial);
  std::vector<network::SpikingLife> lives;
  const auto seconds = times(repetitions, [&] {
    lives = simulator.run(block, trial, drive, network::RateLimits{.lowest = {0}, .highest = {1e9}});
  });
  double spikes = 0;
  for (const auto& each : lives) spikes += static_cast<double>(each.spikes.size());
  print(what, seconds, static_cast<double>(block.count), spikes / static_cast<double>(block.count) / 60);
}

template <class T>
void write(const std::string& path, const std::vector<T>& values) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
}

void export_inputs(const std::string& folder, const network::SpikingTrial& trial) {
  for (const auto& [name, input] : {std::pair{"excitation", &trial.excitation}, {"inhibition", &trial.inhibition}}) {
    const std::string path = fmt::format("{}/{}.", folder, name);
    write(path + "first.u32", input->spikes.first);
    write(path + "sources.u16", input->spikes.sources);
    write(path + "weights.f64", input->weights);
  }
}

void compare(const std::string& folder, const network::SpikingTrial& trial) {
  std::ifstream file(folder + "/rules.f64", std::ios::binary);
  std::vector<std::vector<double>> rules;
  std::vector<double> values(7);
  while (file.read(reinterpret_cast<char*>(values.data()), 7 * sizeof(double))) rules.push_back(values);
  const rule::RuleSpace inhibitory = network::test::six_parameters(0, 10);
  const network::SpikingSimulator<float> simulator({}, nullptr, &inhibitory);
  std::vector<std::size_t> counts;
  const auto seconds = times(1, [&] {
    counts.clear();
    const auto drive = simulator.drive(trial);
    for (const auto& block : simulator.prepare(rules)) {
      for (const auto& life : simulator.run(block, trial, drive)) counts.push_back(life.spikes.size());
    }
  });
  fmt::print("{{\"seconds\": {:.9f}, \"spikes\": [{}]}}\n", seconds.front(), fmt::join(counts, ", "));
}

}  // namespace

int main(int argc, char** argv) {
  network::SpikingTrial trial;
  const task::SpikeRequest request{.seed = 1, .trial = 1, .steps = minute};
  if (argc == 3) {
    trial = task::make_spikes(task::GroupedInputs{}, request);
    if (std::string_view(argv[1]) == "--export") export_inputs(argv[2], trial);
    if (std::string_view(argv[1]) == "--rules") compare(argv[2], trial);
    return 0;
  }
  const int repetitions = argc > 1 ? std::atoi(argv[1]) : 5;
  const auto rate = [&] {
    const auto events = trial.excitation.spikes.sources.size() + trial.inhibition.spikes.sources.size();
    return static_cast<double>(events) / 60 / 1000;
  };
  const task::PoissonInputs poisson{.excitatory_rate = {12.5}, .inhibitory_rate = {12.5}};
  auto seconds = times(repetitions, [&] { trial = task::make_spikes(poisson, request); });
  print("input: poisson, per minute", seconds, 1, rate());
  measure<float>("poisson: eager, float, 5 Hz", repetitions, trial, 5, false);
  measure<float>("poisson: lazy, float, 5 Hz", repetitions, trial, 5, true);
  measure<float>("poisson: lazy, float, 20 Hz", repetitions, trial, 20, true);
  seconds = times(repetitions, [&] { trial = task::make_spikes(task::GroupedInputs{}, request); });
  print("input: groups, per minute", seconds, 1, rate());
  {
    const rule::RuleSpace inhibitory = network::test::six_parameters(0, 10);
    const network::SpikingSimulator<float> simulator({}, nullptr, &inhibitory);
    seconds = times(repetitions, [&] { static_cast<void>(simulator.drive(trial)); });
    print("static excitation, per minute", seconds, 1, rate());
  }
  for (const double target : {1.0, 5.0, 10.0, 50.0}) {
    measure<float>(fmt::format("eager, float, {} Hz", target), repetitions, trial, target, false);
    measure<float>(fmt::format("lazy, float, {} Hz", target), repetitions, trial, target, true);
  }
  measure<double>("eager, double, 5 Hz", repetitions, trial, 5, false);
  measure<double>("lazy, double, 5 Hz", repetitions, trial, 5, true);
  measure<float>("eager, float, both plastic", repetitions, trial, 5, false, true);
}
