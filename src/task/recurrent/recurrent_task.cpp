#include "carve/task/recurrent/recurrent_task.hpp"

#include "carve/task/recurrent/recurrent_loss.hpp"

namespace carve::task {
namespace {

std::optional<std::size_t> first_of(const network::RecurrentNetwork& network, network::Transmitter transmitter) {
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    if (network.populations[p].neuron && network.populations[p].transmitter == transmitter) return p;
  }
  return std::nullopt;
}

}  // namespace

std::size_t RecurrentTask::excitatory() const {
  return first_of(network, network::Transmitter::excitatory).value_or(inhibitory().value_or(0));
}

std::optional<std::size_t> RecurrentTask::inhibitory() const {
  return first_of(network, network::Transmitter::inhibitory);
}

StagedTrial stage(const RecurrentTask& task, std::uint64_t seed, std::uint32_t trial) {
  StagedTrial staged{.input_rate = input_rate(task.inputs, seed, trial)};
  Show show{.population = task.shown_to, .phases = task.phases};
  if (task.stimuli) {
    staged.patterns = draw_patterns(*task.stimuli, task.network.populations[task.shown_to].size, seed, trial);
    staged.presentations = presentations(task.phases, *task.stimuli, seed, trial);
    show.rate = task.stimuli->rate;
    show.patterns = staged.patterns;
    show.presentations = staged.presentations;
  }
  const SpikeRequest request{.seed = seed, .trial = trial, .steps = task.steps(), .dt = task.network.dt};
  staged.given = {.synapses = network::draw_synapses(task.network, seed, trial),
                  .inputs = make_network_inputs(task.network, staged.input_rate, request, show),
                  .steps = request.steps};
  return staged;
}

std::size_t memory_of(const StagedTrial& trial) {
  std::size_t bytes = 0;
  for (const network::Synapses& each : trial.given.synapses)
    bytes += each.targets.size() * sizeof(each.targets[0]) + each.weights.size() * sizeof(double) +
             (each.first.size() + each.counts.size()) * sizeof(std::uint32_t);
  for (const network::SpikeTrains& each : trial.given.inputs)
    bytes += each.first.size() * sizeof(std::uint32_t) + each.sources.size() * sizeof(std::uint16_t);
  return bytes;
}

}  // namespace carve::task
