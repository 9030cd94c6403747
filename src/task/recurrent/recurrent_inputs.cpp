#include "carve/task/recurrent/recurrent_inputs.hpp"

#include <algorithm>
#include <cmath>

#include "carve/base/random.hpp"
#include "carve/base/scalar_math.hpp"

namespace carve::task {
namespace {

using network::SpikeTrains;

/// A spike as step << 16 | input: numbers in the order of steps and inputs.
using Spike = std::uint64_t;

Spike spike(std::size_t step, std::size_t input) { return static_cast<Spike>(step) << 16 | input; }

/// The spikes of inputs first .. first + count - 1, renumbered from 0.
SpikeTrains part_of(const SpikeTrains& all, std::size_t first, std::size_t count) {
  SpikeTrains part{.inputs = count, .first = {0}, .sources = {}};
  part.first.reserve(all.first.size());
  for (std::size_t t = 0; t < all.steps(); ++t) {
    for (const std::uint16_t input : all.at(t)) {
      if (input >= first && input < first + count) part.sources.push_back(static_cast<std::uint16_t>(input - first));
    }
    part.first.push_back(static_cast<std::uint32_t>(part.sources.size()));
  }
  return part;
}

/// What patterns add, in order: each input of one that is shown spikes at waiting times of a stream of its own.
std::vector<Spike> shown_spikes(const Show& show, const SpikeRequest& request) {
  const auto steps_in = [&](std::size_t stretches) {
    return static_cast<std::size_t>(std::llround(static_cast<double>(stretches) * stretch.value / request.dt.value));
  };
  const double hazard = -base::log(1 - std::min(show.rate.value * request.dt.value, 0.99));  // per step
  std::vector<Spike> spikes;
  std::vector<double> numbers;
  std::uint32_t number = 0;
  for (const Presentation& each : show.presentations) {
    const std::vector<std::uint16_t>& pattern = show.patterns[each.pattern];
    const auto shown =
        static_cast<std::size_t>(std::llround(show.phases[each.phase].cue * static_cast<double>(pattern.size())));
    const std::size_t begin = steps_in(each.begin), end = std::min(steps_in(each.end), request.steps);
    // All inputs' waiting times follow each other on one line, cut into pieces as long as the presentation.
    const auto length = static_cast<double>(end - begin);
    const double line = length * static_cast<double>(shown);
    const base::StreamKey key{request.seed, base::Purpose::pattern_spikes, request.trial, number++};
    numbers.resize(static_cast<std::size_t>(1.1 * line * hazard) + 64);
    base::fill_uniform(key, std::span<double>(numbers));
    double at = -1;
    for (std::size_t i = 0;; ++i) {
      if (i == numbers.size()) {  // the same stream goes on
        numbers.resize(2 * numbers.size());
        base::fill_uniform(key, std::span<double>(numbers));
      }
      at += 1 + std::floor(-base::log(numbers[i]) / hazard);
      if (!(at < line)) break;
      const auto which = static_cast<std::size_t>(at / length);
      const auto step = static_cast<std::size_t>(at - static_cast<double>(which) * length);
      spikes.push_back(spike(begin + step, pattern[which]));
    }
  }
  std::sort(spikes.begin(), spikes.end());
  return spikes;
}

/// Both, an input that spikes twice in a step counting once.
SpikeTrains merged(const SpikeTrains& trains, const std::vector<Spike>& added) {
  SpikeTrains result{.inputs = trains.inputs, .first = {0}, .sources = {}};
  result.first.reserve(trains.first.size());
  result.sources.reserve(trains.sources.size() + added.size());
  auto next = added.begin();
  std::vector<std::uint16_t> own;
  for (std::size_t t = 0; t < trains.steps(); ++t) {
    own.assign(trains.at(t).begin(), trains.at(t).end());
    const std::size_t before = own.size();
    for (; next != added.end() && *next >> 16 == t; ++next) own.push_back(static_cast<std::uint16_t>(*next));
    if (own.size() > before) {
      std::sort(own.begin(), own.end());
      own.erase(std::unique(own.begin(), own.end()), own.end());
    }
    result.sources.insert(result.sources.end(), own.begin(), own.end());
    result.first.push_back(static_cast<std::uint32_t>(result.sources.size()));
  }
  return result;
}

}  // namespace

const base::Schema<NetworkInputs>& network_inputs_schema() {
  constexpr base::Range rates = base::between(0, 500);  // Hz
  static const base::Schema<NetworkInputs> schema{
      {base::field(&NetworkInputs::lowest_rate, "lowest_rate",
                   "every trial draws the rate of all its inputs, uniform from this ...", rates),
       base::field(&NetworkInputs::highest_rate, "highest_rate", "... to this", rates)}};
  return schema;
}

base::Hertz input_rate(const NetworkInputs& inputs, std::uint64_t seed, std::uint32_t trial) {
  double uniform = 0;
  base::fill_uniform({seed, base::Purpose::input_rates, trial, 0}, std::span<double>(&uniform, 1));
  return {inputs.lowest_rate.value + uniform * (inputs.highest_rate.value - inputs.lowest_rate.value)};
}

std::vector<SpikeTrains> make_network_inputs(const network::RecurrentNetwork& network, base::Hertz rate,
                                             const SpikeRequest& request, const Show& show) {
  std::size_t inputs = 0;
  for (const network::Population& each : network.populations) inputs += each.neuron ? 0 : each.size;
  std::vector<SpikeTrains> trains(network.populations.size());
  if (inputs == 0) return trains;
  // One excitatory population stands for all of them, one after the other; nobody listens to the inhibitory input.
  const PoissonInputs poisson{.excitatory = static_cast<std::int64_t>(inputs),
                              .inhibitory = 1,
                              .excitatory_rate = rate,
                              .inhibitory_rate = {0}};
  SpikeTrains all = make_spikes(poisson, request).excitation.spikes;
  std::size_t first = 0;
  for (std::size_t p = 0; p < trains.size(); ++p) {
    const network::Population& population = network.populations[p];
    if (population.neuron) continue;
    trains[p] = population.size == inputs ? std::move(all) : part_of(all, first, population.size);
    first += population.size;
    if (p == show.population && !show.presentations.empty()) trains[p] = merged(trains[p], shown_spikes(show, request));
  }
  return trains;
}

}  // namespace carve::task
