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
constexpr base::PerIsa<HitKernel> find_hits{scalar::find_hits, v3::find_hits, v4::find_hits};

constexpr std::size_t steps_at_once = 512;
constexpr std::size_t drawn_at_once = 4 * most_hits_per_step;

/// The inputs of a trial: groups one after the other, each with its excitatory and then its inhibitory members.
struct Layout {
  std::vector<std::uint16_t> index;  // of each member within its population
  std::vector<std::uint8_t> excitatory;
  std::size_t excitatory_count = 0;
  std::size_t inhibitory_count = 0;
  GroupProcess process{};

  void add_group(std::size_t group, std::size_t excitatory_members, std::size_t inhibitory_members) {
    process.sizes[group] = static_cast<float>(excitatory_members + inhibitory_members);
    process.offsets[group] = static_cast<std::uint32_t>(index.size());
    for (std::size_t i = 0; i < excitatory_members + inhibitory_members; ++i) {
      const bool excites = i < excitatory_members;
      excitatory.push_back(excites ? 1 : 0);
      index.push_back(static_cast<std::uint16_t>(excites ? excitatory_count++ : inhibitory_count++));
    }
  }
};

/// Grows geometrically and is written to without looking at its size.
class Train {
 public:
  Train(std::size_t inputs, std::size_t steps) : trains_{.inputs = inputs} { trains_.first.reserve(steps + 1); }

  void make_room(std::size_t count) {
    if (size_ + count > trains_.sources.size()) trains_.sources.resize(2 * (size_ + count));
  }
  void begin_step() { trains_.first.push_back(static_cast<std::uint32_t>(size_)); }
  /// Keeps `input` if `kept` is 1 and not 0; without a branch, which nobody could predict.
  void add(std::uint16_t input, std::size_t kept) {
    trains_.sources[size_] = input;
    size_ += kept;
  }
  SpikeTrains take() {
    begin_step();
    trains_.sources.resize(size_);
    return std::move(trains_);
  }

 private:
  SpikeTrains trains_;
  std::size_t size_ = 0;
};

/// Waiting times between points of a Poisson process of unit rate, in one sequence for all groups.
class WaitingTimes {
 public:
  explicit WaitingTimes(const SpikeRequest& request)
      : key_{request.seed, base::Purpose::spike_times, request.trial, 0}, times_(drawn_at_once) {}

  [[nodiscard]] const float* begin() const { return times_.data() + at_; }
  [[nodiscard]] const float* end() const { return times_.data() + times_.size(); }
  void skip(std::size_t count) { at_ += count; }
  /// Moves what is left to the front and draws the rest anew, in whole blocks of random numbers.
  void refill() {
    const std::size_t count = at_ / block * block;
    std::copy(times_.begin() + static_cast<std::ptrdiff_t>(count), times_.end(), times_.begin());
    draw(times_.size() - count);
    at_ -= count;
  }

 private:
  static constexpr std::size_t block = 64;

  void draw(std::size_t from) {
    const std::span<float> fresh = std::span<float>(times_).subspan(from);
    base::fill_uniform(key_, fresh);
    exponentials()(fresh.data(), fresh.size());
    ++key_.step;
  }

  base::StreamKey key_;
  base::AlignedVector<float> times_;
  std::size_t at_ = drawn_at_once;  // nothing is drawn yet
};

/// Spikes of all inputs. next_hazards(steps, hazards) gives the hazards of the next steps, [step][group_lanes]; after a
/// spike an input rests for `rests` steps, this one included.
template <class NextHazards>
SpikingTrial spikes_of(Layout layout, const SpikeRequest& request, std::uint32_t rests, NextHazards next_hazards) {
  Train excitation(layout.excitatory_count, request.steps);
  Train inhibition(layout.inhibitory_count, request.steps);
  std::vector<std::uint32_t> ready(layout.index.size(), 0);  // the step from which on an input may spike
  WaitingTimes waiting(request);
  waiting.refill();
  for (float& each : layout.process.left) {
    each = *waiting.begin();
    waiting.skip(1);
  }
  std::vector<float> hazards(steps_at_once * group_lanes);
  std::vector<std::uint32_t> hits(drawn_at_once), ends(steps_at_once);
  for (std::size_t begin = 0; begin < request.steps; begin += steps_at_once) {
    const std::size_t steps = std::min(steps_at_once, request.steps - begin);
    next_hazards(steps, hazards.data());
    for (std::size_t done = 0; done < steps;) {
      if (static_cast<std::size_t>(waiting.end() - waiting.begin()) < most_hits_per_step) waiting.refill();
      const std::size_t more = find_hits()(
          {hazards.data() + done * group_lanes, waiting.begin(), waiting.end(), steps - done, hits.data(), ends.data()},
          layout.process);
      std::size_t i = 0;
      excitation.make_room(ends[more - 1] + 1);
      inhibition.make_room(ends[more - 1] + 1);
      for (std::size_t k = 0; k < more; ++k) {
        const auto t = static_cast<std::uint32_t>(begin + done + k);
        excitation.begin_step();
        inhibition.begin_step();
        for (; i < ends[k]; ++i) {
          const std::uint32_t member = hits[i];
          const bool spikes = ready[member] <= t;
          ready[member] = spikes ? t + rests : ready[member];
          excitation.add(layout.index[member], spikes & layout.excitatory[member]);
          inhibition.add(layout.index[member], spikes & (1U - layout.excitatory[member]));
        }
      }
      waiting.skip(i);
      done += more;
    }
  }
  return {.excitation = {excitation.take(), {}}, .inhibition = {inhibition.take(), {}}};
}

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

}  // namespace

SpikingTrial make_spikes(const GroupedInputs& options, const SpikeRequest& request) {
  assert(static_cast<std::size_t>(options.groups) <= group_lanes);
  const double dt = request.dt.value;
  const GroupSignals how{.keep = static_cast<float>(base::exp(-dt / options.correlation.value)),
                         .base = static_cast<float>(options.background.value * dt),
                         .gain = static_cast<float>(options.peak.value * dt / options.depth)};
  Layout layout;
  for (std::size_t g = 0; g < static_cast<std::size_t>(options.groups); ++g)
    layout.add_group(g, static_cast<std::size_t>(options.excitatory), static_cast<std::size_t>(options.inhibitory));
  const std::size_t inhibitory = layout.inhibitory_count;
  std::array<float, group_lanes> signals{};
  std::vector<std::uint32_t> words(steps_at_once * group_lanes / sizeof(std::uint32_t));
  std::vector<std::uint8_t> bytes(steps_at_once * group_lanes);
  base::StreamKey key{request.seed, base::Purpose::spike_signals, request.trial, 0};
  const auto rests = static_cast<std::uint32_t>(std::max(std::lround(options.refractory.value / dt), 1L));
  SpikingTrial trial = spikes_of(std::move(layout), request, rests, [&](std::size_t steps, float* hazards) {
    base::fill_bits(key, words);
    ++key.step;
    std::memcpy(bytes.data(), words.data(), bytes.size());
    group_hazards()(how, bytes.data(), steps, signals.data(), hazards);
  });
  trial.excitation.weights = tuned_weights(options, request);
  trial.inhibition.weights.assign(inhibitory, options.initial_inhibition);
  return trial;
}

SpikingTrial make_spikes(const PoissonInputs& options, const SpikeRequest& request) {
  const auto excitatory = static_cast<std::size_t>(options.excitatory);
  const auto inhibitory = static_cast<std::size_t>(options.inhibitory);
  Layout layout;
  layout.add_group(0, excitatory, 0);
  layout.add_group(1, 0, inhibitory);
  const auto hazard = [&](base::Hertz rate) {
    return static_cast<float>(-base::log(1 - rate.value * request.dt.value));
  };
  const float before = hazard(options.excitatory_rate), after = hazard(options.step_rate);
  const float inhibition = hazard(options.inhibitory_rate);
  const auto change = options.step_at.value > 0
                          ? static_cast<std::size_t>(std::llround(options.step_at.value / request.dt.value))
                          : request.steps;
  std::size_t now = 0;
  SpikingTrial trial = spikes_of(std::move(layout), request, 1, [&](std::size_t steps, float* hazards) {
    for (std::size_t t = 0; t < steps; ++t, ++now) {
      hazards[t * group_lanes] = now < change ? before : after;
      hazards[t * group_lanes + 1] = inhibition;
    }
  });
  trial.excitation.weights.assign(excitatory, options.initial_excitation);
  trial.inhibition.weights.assign(inhibitory, options.initial_inhibition);
  return trial;
}

}  // namespace carve::task
