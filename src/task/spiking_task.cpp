#include "carve/task/spiking_task.hpp"

namespace carve::task {

const std::vector<const SpikeInputsComponent*>& spike_inputs() {
  static const std::vector<const SpikeInputsComponent*> list{
      &grouped_inputs,
      &poisson_inputs,
  };
  return list;
}

const std::vector<const SpikingLossComponent*>& spiking_losses() {
  static const std::vector<const SpikingLossComponent*> list{
      &target_rate_loss_component,
      &balance_loss,
  };
  return list;
}

std::size_t SpikingTask::steps() const { return neuron.steps_in(lifetime); }

HeardTrial hear(const SpikingTask& task, std::uint64_t seed, std::uint32_t trial) {
  HeardTrial heard{task.inputs->sample({.seed = seed, .trial = trial, .steps = task.steps(), .dt = task.neuron.dt}),
                   {}};
  heard.drive = network::static_drive<float>(task.neuron, heard.spikes, task.plastic);
  return heard;
}

}  // namespace carve::task
