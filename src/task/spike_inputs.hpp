// Spikes that reach a neuron in one trial: groups of inputs that follow common signals, or independent ones.
#pragma once

#include <cstdint>

#include "carve/base/units.hpp"
#include "carve/network/spiking_neuron.hpp"

namespace carve::task {

/// Which trial, and how long.
struct SpikeRequest {
  std::uint64_t seed = 0;
  std::uint32_t trial = 0;
  std::size_t steps = 0;
  base::Seconds dt{1e-4};
};

/// Excitatory and inhibitory inputs in groups (Vogels et al. 2011). The inputs of a group follow one signal:
/// s <- r - (r - s) e^(-dt/correlation) with r uniform in (-0.5, 0.5); each spikes in a step with probability
/// background*dt + max(0, peak*dt*s)/depth, unless it has spiked within the refractory period.
/// Excitatory weights are tuned: 0.3 + 1.1/(1 + (g - preferred)^4) + U(0, 0.1) in group g = 1, 2, ...
struct GroupedInputs {
  std::int64_t groups = 8;        // at most 16
  std::int64_t excitatory = 100;  // of each group
  std::int64_t inhibitory = 25;
  base::Hertz background{5};
  base::Hertz peak{500};
  double depth = 0.03;
  base::Seconds correlation{0.05};
  base::Seconds refractory{0.005};
  std::int64_t preferred = 5;
  double initial_inhibition = 0.1;
};

/// Independent inputs: in each step, each spikes with the probability rate*dt. From step_at on, the excitatory rate is
/// step_rate: what a rule that holds a rate has to make up for.
struct PoissonInputs {
  std::int64_t excitatory = 800;
  std::int64_t inhibitory = 200;
  base::Hertz excitatory_rate{10};
  base::Hertz inhibitory_rate{10};
  base::Seconds step_at{0};  // 0: never
  base::Hertz step_rate{10};
  double initial_excitation = 0.6;
  double initial_inhibition = 0.1;
};

/// One trial's spikes and initial weights: a function of the options, the seed, the trial and the number of steps; a
/// longer trial begins as a shorter one. Inputs are ordered group by group.
[[nodiscard]] network::SpikingTrial make_spikes(const GroupedInputs& options, const SpikeRequest& request);
[[nodiscard]] network::SpikingTrial make_spikes(const PoissonInputs& options, const SpikeRequest& request);

}  // namespace carve::task
