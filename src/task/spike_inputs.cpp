#include "carve/task/spike_inputs.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <vector>

#include "carve/base/aligned.hpp"
#include "carve/base/isa.hpp"
#include "carve/base/random.hpp"
#include "carve/base/scalar_math.hpp"
#include "carve/task/kernels/spike_kernels.hpp"
#include "carve/task/spike_maker.hpp"

namespace carve::task {
namespace {

using network::SpikingTrial;

constexpr base::PerIsa<HazardKernel> group_hazards{scalar::group_hazards, v3::group_hazards, v4::group_hazards};

constexpr float finest_unit = 0x1p20F;  // a block of hazards for p = 1/4 is still below 2^31

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
  const auto groups = static_cast<std::size_t>(options.groups);
  const GroupSignals how{.keep = static_cast<float>(base::exp(-dt / options.correlation.value)),
                         .base = static_cast<float>(options.background.value * dt),
                         .gain = static_cast<float>(options.peak.value * dt / options.depth),
                         .unit = finest_unit};
  InputCrews inputs;
  for (std::size_t g = 0; g < groups; ++g)
    inputs.add_group(g, static_cast<std::size_t>(options.excitatory), static_cast<std::size_t>(options.inhibitory));
  const std::size_t inhibitory = inputs.inhibitory;
  std::array<float, group_lanes> signals{};
  base::AlignedVector<std::uint32_t> bits(block_steps * group_lanes / 4);
  base::StreamKey key{request.seed, base::Purpose::spike_signals, request.trial, 0};
  const auto rests = static_cast<std::int32_t>(std::max(std::lround(options.refractory.value / dt), 1L));
  SpikeMaker maker(std::move(inputs), request, rests, how.unit);
  SpikingTrial trial = maker.make(groups, [&](std::int32_t* sums) {
    base::fill_bits(key, bits);
    ++key.step;
    group_hazards()(how, bits.data(), groups, signals.data(), sums);
  });
  trial.excitation.weights = tuned_weights(options, request);
  trial.inhibition.weights.assign(inhibitory, options.initial_inhibition);
  return trial;
}

SpikingTrial make_spikes(const PoissonInputs& options, const SpikeRequest& request) {
  const auto excitatory = static_cast<std::size_t>(options.excitatory);
  const auto inhibitory = static_cast<std::size_t>(options.inhibitory);
  InputCrews inputs;
  inputs.add_group(0, excitatory, 0);
  inputs.add_group(1, 0, inhibitory);
  const auto hazard = [&](base::Hertz rate) { return -base::log(1 - std::min(rate.value * request.dt.value, 0.99)); };
  const double before = hazard(options.excitatory_rate), after = hazard(options.step_rate);
  const double inhibition = hazard(options.inhibitory_rate);
  const auto change = options.step_at.value > 0
                          ? static_cast<std::size_t>(std::llround(options.step_at.value / request.dt.value))
                          : std::numeric_limits<std::size_t>::max();
  double unit = static_cast<double>(finest_unit);
  while (std::max({before, after, inhibition}) * block_steps * unit > 0x1.8p30) unit /= 2;
  std::size_t now = 0;
  std::array<double, 2> sums{};  // what was rounded off is carried on
  SpikeMaker maker(std::move(inputs), request, 1, static_cast<float>(unit));
  SpikingTrial trial = maker.make(2, [&](std::int32_t* rounded) {
    const std::size_t until = std::min(std::max(change, now) - now, block_steps);
    const auto fill = [&](std::size_t group, std::size_t first, std::size_t last, double each) {
      for (std::size_t t = first; t < last; ++t)
        rounded[group * sums_stride + t + 1] =
            static_cast<std::int32_t>(sums[group] + each * unit * static_cast<double>(t + 1 - first));
      sums[group] += each * unit * static_cast<double>(last - first);
    };
    fill(0, 0, until, before);
    fill(0, until, block_steps, after);
    fill(1, 0, block_steps, inhibition);
    for (double& each : sums) each -= std::floor(each);
    now += block_steps;
  });
  trial.excitation.weights.assign(excitatory, options.initial_excitation);
  trial.inhibition.weights.assign(inhibitory, options.initial_inhibition);
  return trial;
}

}  // namespace carve::task
