#include "carve/task/spike_inputs.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>
#include <vector>

#include "carve/base/aligned.hpp"
#include "carve/base/isa.hpp"
#include "carve/base/random.hpp"
#include "carve/base/scalar_math.hpp"
#include "carve/task/kernels/spike_kernels.hpp"

namespace carve::task {
namespace {

using network::SpikeTrains;
using network::SpikingTrial;

constexpr base::PerIsa<HazardKernel> group_hazards{scalar::group_hazards, v3::group_hazards, v4::group_hazards};
constexpr base::PerIsa<ExponentialKernel> exponentials{scalar::exponentials, v3::exponentials, v4::exponentials};

constexpr std::size_t drawn_at_once = 1024;
constexpr std::size_t steps_at_once = 512;

/// Waiting times of a Poisson process of unit rate, one after the other.
class WaitingTimes {
 public:
  /// Processes of one trial differ in `number`.
  WaitingTimes(const SpikeRequest& request, std::uint32_t number)
      : key_{request.seed, base::Purpose::spike_times, request.trial, number}, times_(drawn_at_once) {}

  float next() {
    if (at_ == drawn_at_once) refill();
    return times_[at_++];
  }

 private:
  void refill() {
    base::fill_uniform(key_, std::span<float>(times_));
    exponentials()(times_.data(), times_.size());
    key_.step += processes;
    at_ = 0;
  }

  static constexpr std::uint32_t processes = group_lanes;  // the streams of one process are this far apart
  base::StreamKey key_;
  base::AlignedVector<float> times_;
  std::size_t at_ = drawn_at_once;
};

/// Appends events; makes room for many at once, since there are millions.
class Train {
 public:
  Train(std::size_t inputs, std::size_t steps) : trains_{.inputs = inputs} { trains_.first.reserve(steps + 1); }

  /// Makes room for `count` more events before the next `make_room`.
  void make_room(std::size_t count) {
    if (size_ + count > trains_.sources.size()) trains_.sources.resize(2 * (size_ + count));
  }
  void begin_step() { trains_.first.push_back(static_cast<std::uint32_t>(size_)); }
  void add(std::size_t input) { trains_.sources[size_++] = static_cast<std::uint16_t>(input); }
  SpikeTrains take() {
    begin_step();
    trains_.sources.resize(size_);
    return std::move(trains_);
  }

 private:
  SpikeTrains trains_;
  std::size_t size_ = 0;
};

std::vector<double> tuned_weights(const GroupedInputs& options, const SpikeRequest& request) {
  std::vector<double> weights(static_cast<std::size_t>(options.groups * options.excitatory));
  base::fill_uniform({request.seed, base::Purpose::tuned_weights, request.trial, 0}, std::span<double>(weights));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto group = static_cast<double>(static_cast<std::int64_t>(i) / options.excitatory + 1);
    const double square =
        (group - static_cast<double>(options.preferred)) * (group - static_cast<double>(options.preferred));
    weights[i] = 0.3 + 1.1 / (1 + square * square) + 0.1 * weights[i];
  }
  return weights;
}

/// Each cell (step, input) of a row is hit where a Poisson process of unit rate has a point in its hazard h, so with
/// probability 1 - e^-h: one waiting time per spike instead of one random number per input and step.
class Group {
 public:
  Group(const GroupedInputs& options, const SpikeRequest& request, std::uint32_t number)
      : times_(request, number),
        excitatory_(static_cast<std::size_t>(options.excitatory)),
        inhibitory_(static_cast<std::size_t>(options.inhibitory)),
        number_(number),
        rests_(static_cast<std::uint32_t>(std::lround(options.refractory.value / request.dt.value))),
        ready_(excitatory_ + inhibitory_, 0),
        left_(times_.next()) {}

  void step(std::uint32_t t, float hazard, Train& excitation, Train& inhibition) {
    const float all = hazard * static_cast<float>(ready_.size());
    while (left_ < all) {
      const auto cell = static_cast<std::size_t>(left_ / hazard);
      left_ += times_.next();
      const std::size_t i = cell < ready_.size() ? cell : ready_.size() - 1;  // rounding
      if (ready_[i] > t) continue;
      ready_[i] = t + (rests_ > 0 ? rests_ : 1);
      if (i < excitatory_) excitation.add(number_ * excitatory_ + i);
      else inhibition.add(number_ * inhibitory_ + i - excitatory_);
    }
    left_ -= all;
  }

 private:
  WaitingTimes times_;
  std::size_t excitatory_;
  std::size_t inhibitory_;
  std::size_t number_;
  std::uint32_t rests_;               // steps
  std::vector<std::uint32_t> ready_;  // [input]: the step from which on it may spike
  float left_;                        // hazard to the process's next point
};

/// Spikes of `inputs` independent inputs with probability p in each step.
SpikeTrains independent(std::size_t inputs, double p, const SpikeRequest& request, std::uint32_t number) {
  assert(p >= 0 && p < 1);
  Train train(inputs, request.steps);
  WaitingTimes times(request, number);
  const double cells_per_hazard = p > 0 ? -1 / base::log(1 - p) : 0;
  const double end = static_cast<double>(request.steps) * static_cast<double>(inputs);
  double position = p > 0 ? static_cast<double>(times.next()) * cells_per_hazard : end;
  double last = -1;
  std::size_t begun = 0;
  while (position < end) {
    const double cell = std::floor(position);
    const auto step = static_cast<std::size_t>(static_cast<std::uint64_t>(cell) / inputs);
    for (; begun <= step; ++begun) train.begin_step();
    if (cell > last) {
      train.make_room(1);
      train.add(static_cast<std::uint64_t>(cell) % inputs);
    }
    last = cell;
    position += static_cast<double>(times.next()) * cells_per_hazard;
  }
  for (; begun < request.steps; ++begun) train.begin_step();
  return train.take();
}

}  // namespace

SpikingTrial make_spikes(const GroupedInputs& options, const SpikeRequest& request) {
  const auto groups = static_cast<std::size_t>(options.groups);
  assert(groups <= group_lanes);
  const auto excitatory = static_cast<std::size_t>(options.groups * options.excitatory);
  const auto inhibitory = static_cast<std::size_t>(options.groups * options.inhibitory);
  const double dt = request.dt.value;
  const GroupSignals how{.keep = static_cast<float>(base::exp(-dt / options.correlation.value)),
                         .base = static_cast<float>(options.background.value * dt),
                         .gain = static_cast<float>(options.peak.value * dt / options.depth)};
  Train excitation(excitatory, request.steps);
  Train inhibition(inhibitory, request.steps);
  std::vector<Group> members;
  for (std::uint32_t g = 0; g < groups; ++g) members.emplace_back(options, request, g);
  std::array<float, group_lanes> signals{};
  std::vector<std::uint32_t> words(steps_at_once * group_lanes / sizeof(std::uint32_t));
  std::vector<std::uint8_t> bytes(steps_at_once * group_lanes);
  std::vector<float> hazards(bytes.size());
  for (std::size_t begin = 0; begin < request.steps; begin += steps_at_once) {
    const std::size_t steps = std::min(steps_at_once, request.steps - begin);
    base::fill_bits(
        {request.seed, base::Purpose::spike_signals, request.trial, static_cast<std::uint32_t>(begin / steps_at_once)},
        words);
    std::memcpy(bytes.data(), words.data(), bytes.size());
    group_hazards()(how, bytes.data(), steps, signals.data(), hazards.data());
    for (std::size_t k = 0; k < steps; ++k) {
      excitation.begin_step();
      inhibition.begin_step();
      excitation.make_room(excitatory);
      inhibition.make_room(inhibitory);
      const float* const hazard = hazards.data() + k * group_lanes;
      for (std::size_t g = 0; g < groups; ++g)
        members[g].step(static_cast<std::uint32_t>(begin + k), hazard[g], excitation, inhibition);
    }
  }
  return {.excitation = {excitation.take(), tuned_weights(options, request)},
          .inhibition = {inhibition.take(), std::vector<double>(inhibitory, options.initial_inhibition)}};
}

SpikingTrial make_spikes(const PoissonInputs& options, const SpikeRequest& request) {
  const auto excitatory = static_cast<std::size_t>(options.excitatory);
  const auto inhibitory = static_cast<std::size_t>(options.inhibitory);
  const double dt = request.dt.value;
  return {.excitation = {independent(excitatory, options.excitatory_rate.value * dt, request, 0),
                         std::vector<double>(excitatory, options.initial_excitation)},
          .inhibition = {independent(inhibitory, options.inhibitory_rate.value * dt, request, 1),
                         std::vector<double>(inhibitory, options.initial_inhibition)}};
}

}  // namespace carve::task
