// What a recurrent network is asked to become able to do: phases of a lifetime, what reaches it, how it is scored.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "carve/base/component.hpp"
#include "carve/network/recurrent/lifetime.hpp"
#include "carve/task/recurrent/recurrent_inputs.hpp"

namespace carve::task {

class RecurrentLoss;

/// The network, the phases it goes through, and what counts in the end.
struct RecurrentTask {
  network::RecurrentNetwork network;
  std::vector<Phase> phases;
  NetworkInputs inputs;
  std::optional<Stimuli> stimuli;
  std::size_t shown_to = 0;                   // the population of inputs that stimuli are made of
  base::Seconds recorded{10};                 // the end of the lifetime over which metrics are taken
  std::shared_ptr<const RecurrentLoss> loss;  // never null in a task that runs

  /// The first excitatory population of neurons, whose rate losses are about.
  [[nodiscard]] std::size_t excitatory() const;
  /// The first inhibitory one, if any.
  [[nodiscard]] std::optional<std::size_t> inhibitory() const;
  [[nodiscard]] std::size_t stretches() const { return phase_begins(phases).back(); }
  [[nodiscard]] std::size_t recorded_stretches() const { return std::min(stretches_in(recorded), stretches()); }
  [[nodiscard]] std::size_t steps_per_stretch() const { return network.steps_in(stretch); }
  [[nodiscard]] std::size_t steps() const { return stretches() * steps_per_stretch(); }
  [[nodiscard]] base::Seconds lifetime() const { return {static_cast<double>(stretches()) * stretch.value}; }
};

/// One lifetime's circumstances, the same for all candidates.
struct StagedTrial {
  network::RecurrentTrial given;  // synapses and input spikes
  base::Hertz input_rate{0};
  std::vector<std::vector<std::uint16_t>> patterns;  // inputs of each; familiar ones, then novel ones
  std::vector<Presentation> presentations;
};
[[nodiscard]] StagedTrial stage(const RecurrentTask& task, std::uint64_t seed, std::uint32_t trial);
/// Bytes that it takes.
[[nodiscard]] std::size_t memory_of(const StagedTrial& trial);

}  // namespace carve::task
