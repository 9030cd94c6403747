// Spikes of many inputs from the hazards of their groups, by the kernels in kernels/spike_kernels.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "carve/base/aligned.hpp"
#include "carve/network/spiking_neuron.hpp"
#include "carve/task/kernels/spike_kernels.hpp"
#include "carve/task/spike_inputs.hpp"

namespace carve::task {

/// Inputs of one group that look up their spikes side by side, with waiting times of their own.
struct InputCrew {
  static constexpr std::size_t rows = 8;  // of waiting times, drawn at once

  std::size_t group = 0;
  std::size_t count = 0;
  Crew state{};
  std::uint32_t drawn = 0;  // how often
  std::size_t at = 0;       // the next row
  std::vector<std::int32_t> waiting = std::vector<std::int32_t>(rows * crew_lanes);
};

/// The inputs of a trial: groups one after the other, each with its excitatory and then its inhibitory members.
struct InputCrews {
  std::vector<InputCrew> crews;
  std::size_t excitatory = 0;
  std::size_t inhibitory = 0;

  void add_group(std::size_t group, std::size_t excitatory_members, std::size_t inhibitory_members);
};

/// Goes through a trial block by block.
class SpikeMaker {
 public:
  /// After a spike an input rests for `rests` steps, this one included. unit: how many units of hazard are 1.
  SpikeMaker(InputCrews inputs, const SpikeRequest& request, std::int32_t rests, float unit);

  /// next_hazards gives those of the next block, summed up: [group][sums_stride]. To be called once.
  [[nodiscard]] network::SpikingTrial make(std::size_t groups, const std::function<void(std::int32_t*)>& next_hazards);

 private:
  void draw(InputCrew& crew);
  void find();
  void sort(std::size_t steps);
  void keep_ends(network::SpikeTrains& trains, std::size_t from, std::size_t steps) const;

  InputCrews inputs_;
  SpikeRequest request_;
  std::int32_t rests_;
  float unit_;
  network::SpikingTrial trial_;
  std::vector<std::int32_t> sums_;
  base::AlignedVector<float> uniform_ = base::AlignedVector<float>(InputCrew::rows * crew_lanes);
  HazardIndex index_{};
  std::size_t count_ = 0;             // of spikes in this block
  std::vector<std::uint32_t> found_;  // step << 16 | index, with the steps of inhibitory inputs behind the others'
  std::vector<std::uint32_t> ends_ = std::vector<std::uint32_t>(2 * block_steps + 1);  // of each step's spikes
  std::vector<std::uint16_t> sorted_;
};

}  // namespace carve::task
