#include "carve/network/spiking_simulator.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "carve/base/denormals.hpp"
#include "carve/base/isa.hpp"
#include "carve/base/scalar_math.hpp"
#include "carve/network/linear_rule.hpp"
#include "carve/network/rate_filter.hpp"

namespace carve::network {
namespace {

template <class T>
constexpr base::PerIsa<SpikingKernel<T>> spiking_kernel{scalar::run_spiking_neuron, v3::run_spiking_neuron,
                                                        v4::run_spiking_neuron};

/// each^(0 * step), each^(1 * step), ...: [power][lane].
template <class T>
base::AlignedVector<T> powers_of(std::span<const T> each, std::size_t step, std::size_t count) {
  base::AlignedVector<T> powers(count * each.size());
  for (std::size_t lane = 0; lane < each.size(); ++lane) {
    double power = 1, factor = 1;
    for (std::size_t i = 0; i < step; ++i) factor *= static_cast<double>(each[lane]);
    for (std::size_t n = 0; n < count; ++n, power *= factor) powers[n * each.size() + lane] = static_cast<T>(power);
  }
  return powers;
}

constexpr base::Seconds stretch{0.05};  // e^(0.05 s / smallest_time_constant) is within float

}  // namespace

template <class T>
std::size_t SpikingSimulator<T>::stretch_steps() const {
  return std::max<std::size_t>(neuron_.steps_in(stretch), 1);
}

std::size_t SpikingNeuron::steps_in(base::Seconds time) const {
  return static_cast<std::size_t>(std::llround(time.value / dt.value));
}

template <class T>
SpikingSimulator<T>::SpikingSimulator(const SpikingNeuron& neuron, const rule::RuleSpace* excitatory,
                                      const rule::RuleSpace* inhibitory)
    : neuron_(neuron),
      update_(neuron.updates == Updates::lazy     ? PostUpdate::lazy
              : neuron.clamp == Clamp::each_event ? PostUpdate::eager
                                                  : PostUpdate::eager_at_read) {
  assert(excitatory || inhibitory);
  assert(neuron.updates == Updates::eager || neuron.clamp == Clamp::at_read);
  if (excitatory) rules_[0] = *excitatory;
  if (inhibitory) rules_[1] = *inhibitory;
  assert((!excitatory || is_linear(*excitatory)) && (!inhibitory || is_linear(*inhibitory)));
}

template <class T>
std::vector<SpikingBlock<T>> SpikingSimulator<T>::prepare(std::span<const std::vector<double>> candidates) const {
  std::vector<SpikingBlock<T>> blocks;
  for (std::size_t first = 0; first < candidates.size();) {
    const std::size_t left = candidates.size() - first;
    SpikingBlock<T> block{.first = first, .lanes = part_lanes<T> * (left <= part_lanes<T> ? 1 : most_parts)};
    block.count = std::min(block.lanes, left);
    for (auto& each : block.rules) each.assign(linear_numbers_count * block.lanes, T(0));
    for (std::size_t lane = 0; lane < block.lanes; ++lane)
      fill(candidates[first + (lane < block.count ? lane : 0)], lane, block);
    first += block.count;
    blocks.push_back(std::move(block));
  }
  return blocks;
}

template <class T>
void SpikingSimulator<T>::fill(std::span<const double> values, std::size_t lane, SpikingBlock<T>& block) const {
  for (std::size_t population = 0; population < 2; ++population) {
    if (!plastic(population)) continue;
    const std::span<const double> own = values.first(rules_[population]->parameters.size());
    const LinearNumbers found = linear_numbers(*rules_[population], own, neuron_.dt);
    for (std::size_t i = 0; i < found.size(); ++i)
      block.rules[population][i * block.lanes + lane] = static_cast<T>(found[i]);
    values = values.subspan(own.size());
  }
}

template <class T>
base::AlignedVector<T> static_drive(const SpikingNeuron& neuron, const SpikingTrial& trial, Plastic plastic) {
  base::AlignedVector<T> drive(2 * trial.steps());
  const double share = neuron.dt.value / neuron.membrane.value;
  std::array<double, 2> g{}, decay{}, pull{};
  const std::array<bool, 2> changes{plastic.excitation, plastic.inhibition};
  const std::array<const Conductance*, 2> synapses{&neuron.excitation, &neuron.inhibition};
  const std::array<const SpikingInput*, 2> inputs{&trial.excitation, &trial.inhibition};
  for (std::size_t p = 0; p < 2; ++p) {
    decay[p] = base::exp(-neuron.dt.value / synapses[p]->time_constant.value);
    pull[p] = synapses[p]->reversal.value - neuron.rest.value;
  }
  for (std::size_t t = 0; t < trial.steps(); ++t) {
    drive[2 * t] = static_cast<T>(share * (1 + g[0] + g[1]));
    drive[2 * t + 1] = static_cast<T>(share * (g[0] * pull[0] + g[1] * pull[1]));
    for (std::size_t p = 0; p < 2; ++p) {
      if (changes[p]) continue;
      g[p] *= decay[p];
      for (const std::uint16_t j : inputs[p]->spikes.at(t)) g[p] += synapses[p]->jump * inputs[p]->weights[j];
    }
  }
  return drive;
}

/// The memory of a block's lifetime.
template <class T>
struct SpikingSimulator<T>::State {
  using Resumes = std::remove_pointer_t<decltype(SpikingStretch<T>::resumes)>;
  static constexpr std::size_t states = 4;  // of a population: conductance, post_trace and the two of lazy

  SpikingStretch<T> stretch;
  base::AlignedVector<T> voltage;
  base::AlignedVector<Resumes> resumes;
  std::array<base::AlignedVector<T>, 2> lanes;
  std::array<base::AlignedVector<T>, 2> weights;
  std::array<std::array<base::AlignedVector<T>, 4>, 2> powers;  // fine and coarse ones of pre_growth and post_decay
  std::vector<LaneSpike> spikes;
  std::size_t rows = 0;  // of a synapse

  /// The weight of synapse j in a lane.
  [[nodiscard]] std::size_t place(std::size_t synapses, std::size_t j, std::size_t lane) const {
    return (lane / part_lanes<T> * synapses + j) * rows * part_lanes<T> + lane % part_lanes<T>;
  }
  /// From now on nothing happens in this lane.
  void stop(std::size_t lane) {
    resumes[lane] = std::numeric_limits<Resumes>::max();
    voltage[lane] = stretch.reset;
  }
};

template <class T>
void SpikingSimulator<T>::start(const SpikingBlock<T>& block, const SpikingTrial& trial,
                                std::span<const T> static_drive, State& state) const {
  const std::size_t lanes = block.lanes;
  state.rows = update_ == PostUpdate::lazy ? lazy_rows : eager_rows;
  state.voltage.assign(lanes, T(0));
  state.resumes.assign(lanes, 0);
  state.spikes.resize(lanes * (stretch_steps() / std::max<std::size_t>(neuron_.steps_in(neuron_.refractory), 1) + 1));
  state.stretch = {.drive = static_drive.data(),
                   .threshold = static_cast<T>(relative(neuron_.threshold)),
                   .reset = static_cast<T>(relative(neuron_.reset)),
                   .refractory = neuron_.steps_in(neuron_.refractory),
                   .voltage = state.voltage.data(),
                   .resumes = state.resumes.data(),
                   .spikes = state.spikes.data()};
  for (std::size_t p = 0; p < 2; ++p) {
    state.lanes[p].assign(State::states * lanes, T(0));
    T* const own = state.lanes[p].data();
    PlasticInput<T>& input = p == 0 ? state.stretch.excitation : state.stretch.inhibition;
    input.conductance = own;
    if (plastic(p)) start(p, block, trial, input, state);
  }
  for (std::size_t lane = block.count; lane < lanes; ++lane) state.stop(lane);
}

template <class T>
void SpikingSimulator<T>::start(std::size_t population, const SpikingBlock<T>& block, const SpikingTrial& trial,
                                PlasticInput<T>& input, State& state) const {
  const std::size_t lanes = block.lanes;
  const Conductance& synapse = population == 0 ? neuron_.excitation : neuron_.inhibition;
  const SpikingInput& from = population == 0 ? trial.excitation : trial.inhibition;
  const std::size_t count = from.spikes.inputs;
  const rule::EventRule& events = *rules_[population]->events;
  const T* const rule = block.rules[population].data();
  T* const own = state.lanes[population].data();
  const double rate = neuron_.dt.value / neuron_.membrane.value * synapse.jump;
  base::AlignedVector<T>& weights = state.weights[population];
  weights.assign(count * state.rows * lanes, T(0));
  const auto powers = [&](std::size_t which) -> Powers<T> {
    const std::span<const T> each(rule + (4 + which) * lanes, lanes);
    base::AlignedVector<T>& fine = state.powers[population][2 * which];
    base::AlignedVector<T>& coarse = state.powers[population][2 * which + 1];
    fine = powers_of<T>(each, 1, fine_powers);
    coarse = powers_of<T>(each, fine_powers, stretch_steps() / fine_powers + 1);
    return {fine.data(), coarse.data()};
  };
  input = {.rule = {.on_pre = rule,
                    .on_pre_trace = rule + lanes,
                    .on_post = rule + 2 * lanes,
                    .on_post_trace = rule + 3 * lanes,
                    .w_min = static_cast<T>(events.w_min),
                    .w_max = static_cast<T>(events.w_max)},
           .first = from.spikes.first.data(),
           .sources = from.spikes.sources.data(),
           .synapses = count,
           .decay = static_cast<T>(base::exp(-neuron_.dt.value / synapse.time_constant.value)),
           .rate = static_cast<T>(rate),
           .pull = static_cast<T>(rate * relative(synapse.reversal)),
           .pre_growth = powers(0),
           .post_decay = powers(1),
           .weights = weights.data(),
           .conductance = own,
           .post_trace = own + lanes,
           .spikes_seen = own + 2 * lanes,
           .decayed_seen = own + 3 * lanes};
  for (std::size_t j = 0; j < count; ++j) {
    const double w = std::clamp(from.weights[j], events.w_min, events.w_max) + 0.0;  // no -0
    for (std::size_t lane = 0; lane < lanes; ++lane) weights[state.place(count, j, lane)] = static_cast<T>(w);
  }
}

template <class T>
void SpikingSimulator<T>::keep_weights(const State& state, const SpikingTrial& trial, std::size_t lane,
                                       SpikingLife& life) const {
  life.excitation = trial.excitation.weights;
  life.inhibition = trial.inhibition.weights;
  for (std::size_t p = 0; p < 2; ++p) {
    if (!plastic(p)) continue;
    std::vector<double>& weights = p == 0 ? life.excitation : life.inhibition;
    for (std::size_t j = 0; j < weights.size(); ++j) {
      const auto w = static_cast<double>(state.weights[p][state.place(weights.size(), j, lane)]);
      if (!std::isfinite(w)) life.ending = Ending::not_finite;
      weights[j] = std::clamp(w, rules_[p]->events->w_min, rules_[p]->events->w_max);
    }
  }
}

template <class T>
std::vector<SpikingLife> SpikingSimulator<T>::run(const SpikingBlock<T>& block, const SpikingTrial& trial,
                                                  std::span<const T> static_drive,
                                                  const std::optional<RateLimits>& limits,
                                                  const CutShort& cut_short) const {
  const base::FlushDenormals flush;
  State state;
  start(block, trial, static_drive, state);
  std::vector<SpikingLife> lives(block.count);
  std::vector<RateFilter> filters(block.count, RateFilter(limits.value_or(RateLimits{}), neuron_.dt, stretch_steps()));
  std::size_t living = block.count;
  for (std::size_t begin = 0; begin < trial.steps() && living > 0; begin += stretch_steps()) {
    state.stretch.begin = begin;
    state.stretch.end = std::min(begin + stretch_steps(), trial.steps());
    const std::size_t count = spiking_kernel<T>()(state.stretch, block.lanes / part_lanes<T>, update_);
    for (std::size_t i = 0; i < count; ++i) {
      const LaneSpike& spike = state.spikes[i];
      lives[spike.lane].spikes.push_back(spike.step);
      filters[spike.lane].spike(spike.step);
    }
    for (std::size_t lane = 0; lane < block.count; ++lane) {
      SpikingLife& life = lives[lane];
      if (life.ending != Ending::finished) continue;
      life.end = state.stretch.end;
      if (!limits) continue;
      const base::Hertz rate{filters[lane].at(life.end)};
      if (rate >= limits->lowest && rate <= limits->highest) continue;
      life.ending = rate < limits->lowest ? Ending::silent : Ending::blown_up;
      keep_weights(state, trial, lane, life);
      state.stop(lane);
      --living;
    }
    if (!cut_short || living == 0 || state.stretch.end == trial.steps() || !cut_short()) continue;
    for (std::size_t lane = 0; lane < block.count; ++lane) {
      if (lives[lane].ending != Ending::finished) continue;
      lives[lane].ending = Ending::cut_short;
      keep_weights(state, trial, lane, lives[lane]);
    }
    break;
  }
  for (std::size_t lane = 0; lane < block.count; ++lane) {
    if (lives[lane].ending == Ending::finished) keep_weights(state, trial, lane, lives[lane]);
  }
  return lives;
}

template base::AlignedVector<float> static_drive(const SpikingNeuron&, const SpikingTrial&, Plastic);
template base::AlignedVector<double> static_drive(const SpikingNeuron&, const SpikingTrial&, Plastic);
template class SpikingSimulator<float>;
template class SpikingSimulator<double>;

}  // namespace carve::network
