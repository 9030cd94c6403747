// Trials: which ones there are, and what each of them is.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "carve/task/inputs.hpp"
#include "carve/task/loss.hpp"
#include "carve/task/recurrent/recurrent_task.hpp"
#include "carve/task/spiking_task.hpp"

namespace carve::task {

/// How many trials a candidate is judged on, and how they vary.
struct TrialPlan {
  std::int64_t count = 20;
  std::int64_t steps = 1000;
  std::int64_t redraw = 0;        // generations between fresh trials; 0: the same trials throughout
  std::int64_t validation = 200;  // trials that confirm the answer
  double smallest_scale = 0.5;    // of the inputs, log-uniform between the two from trial to trial
  double largest_scale = 2;
  double initial_weight = 0.1;          // standard deviation
  double initial_lateral_weight = 0.0;  // the same for lateral connections
  base::Seconds wall_limit{0};          // of a lifetime's computation; 0: none
};

/// [trials] of rate networks.
[[nodiscard]] const base::Schema<TrialPlan>& trial_schema();

/// [trials] of a spiking neuron: what it has in common with TrialPlan, and how long a lifetime is.
struct SpikingTrialPlan {
  std::int64_t count = 3;
  base::Seconds lifetime{60};
  std::int64_t redraw = 0;
  std::int64_t validation = 20;
  base::Seconds wall_limit{0};
};
[[nodiscard]] const base::Schema<SpikingTrialPlan>& spiking_trial_schema();

/// [trials] of recurrent networks, beside phases, inputs and stimuli.
struct RecurrentTrialPlan {
  std::int64_t count = 10;
  base::Seconds lifetime{60};
  std::int64_t redraw = 0;
  std::int64_t validation = 10;
  base::Seconds recorded{10};
  base::Seconds wall_limit{0};
};
[[nodiscard]] const base::Schema<RecurrentTrialPlan>& recurrent_trial_schema();

/// One lifetime's circumstances, the same for all candidates.
struct Trial {
  std::uint32_t index = 0;
  std::uint64_t seed = 0;    // with `stream`, what its random numbers depend on
  std::uint32_t stream = 0;  // one for each index of each split
  double scale = 1;
  base::Seconds wall_limit{0};  // of computing a lifetime in it; 0: none
  Samples samples;
  std::vector<float> initial_weights;         // as network::RateNetwork orders them
  std::vector<double> truth;                  // as the loss wants it
  std::shared_ptr<const HeardTrial> heard;    // a spiking neuron's; then there are no samples, weights or truth
  std::shared_ptr<const StagedTrial> staged;  // a recurrent network's, likewise
};

/// What all trials of a task share: the task of a spiking neuron or of a recurrent network, or what rate networks learn
/// from.
struct TrialSource {
  const SpikingTask* spiking = nullptr;
  const RecurrentTask* recurrent = nullptr;
  const Inputs* inputs = nullptr;
  const Loss* loss = nullptr;
  network::RateNetwork network;
  std::uint64_t seed = 0;
  TrialPlan plan;
};

/// Bytes that the inputs of a trial take.
[[nodiscard]] std::size_t memory_of(const Trial& trial);

/// Trial `index` of a split; a function of (seed, split, index) alone.
[[nodiscard]] Trial make_trial(const TrialSource& source, Split split, std::uint32_t index);

}  // namespace carve::task
