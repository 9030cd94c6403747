// What measurements of recurrent networks share: time of this thread, inhibition that settles, trials of Poisson
// inputs.
#pragma once

#include <ctime>

#include "carve/network/recurrent/lifetime.hpp"
#include "carve/network/test_spiking.hpp"
#include "carve/task/spike_inputs.hpp"

namespace carve::task {

inline constexpr std::size_t steps_per_second = 10000;

/// Seconds of this thread: what other programs take meanwhile does not count.
inline double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Inhibition that settles at `target` Hz.
inline network::test::SixParameters inhibition(double eta, double target) {
  return {.eta = eta, .alpha = -2 * target * 0.02, .gamma = 1, .kappa = 1};
}

inline network::RecurrentTrial poisson_trial(const network::RecurrentNetwork& declared, double input_rate,
                                             std::size_t seconds, std::uint32_t seed = 1) {
  network::RecurrentTrial trial{
      .synapses = network::draw_synapses(declared, seed, 1), .inputs = {}, .steps = seconds * steps_per_second};
  for (const network::Population& each : declared.populations) {
    trial.inputs.emplace_back();
    if (each.neuron) continue;
    const PoissonInputs poisson{
        .excitatory = static_cast<std::int64_t>(each.size), .inhibitory = 1, .excitatory_rate = {input_rate}};
    trial.inputs.back() = make_spikes(poisson, {.seed = seed, .trial = 1, .steps = trial.steps}).excitation.spikes;
  }
  return trial;
}

}  // namespace carve::task
