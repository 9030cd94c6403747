// Spikes that reach a recurrent network from outside in one trial.
#pragma once

#include <span>
#include <vector>

#include "carve/network/recurrent/declaration.hpp"
#include "carve/task/recurrent/phases.hpp"
#include "carve/task/spike_inputs.hpp"

namespace carve::task {

/// Independent Poisson inputs, all at one rate, which every trial draws anew: uniform between the two.
struct NetworkInputs {
  base::Hertz lowest_rate{1};
  base::Hertz highest_rate{5};
};
[[nodiscard]] const base::Schema<NetworkInputs>& network_inputs_schema();

/// The rate of a trial.
[[nodiscard]] base::Hertz input_rate(const NetworkInputs& inputs, std::uint64_t seed, std::uint32_t trial);

/// What is shown in a trial.
struct Show {
  std::size_t population = 0;
  base::Hertz rate{0};
  std::span<const std::vector<std::uint16_t>> patterns;  // inputs
  std::span<const Presentation> presentations;
  std::span<const Phase> phases;
};

/// Spikes of all populations of inputs, [population]; of neurons without steps. An input spikes at most once per step.
/// A function of the network's inputs, the rate, the request and the show.
[[nodiscard]] std::vector<network::SpikeTrains> make_network_inputs(const network::RecurrentNetwork& network,
                                                                    base::Hertz rate, const SpikeRequest& request,
                                                                    const Show& show);

}  // namespace carve::task
