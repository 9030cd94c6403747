// Trials: which ones there are, and what each of them is.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "carve/task/inputs.hpp"
#include "carve/task/loss.hpp"

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
};

[[nodiscard]] const base::Schema<TrialPlan>& trial_schema();

/// One lifetime's circumstances, the same for all candidates.
struct Trial {
  std::uint32_t index = 0;
  double scale = 1;
  Samples samples;
  std::vector<float> initial_weights;  // as network::RateNetwork orders them
  std::vector<double> truth;           // as the loss wants it
};

/// What all trials of a task share.
struct TrialSource {
  const Inputs* inputs = nullptr;
  const Loss* loss = nullptr;
  network::RateNetwork network;
  std::uint64_t seed = 0;
  TrialPlan plan;
};

/// Trial `index` of a split; a function of (seed, split, index) alone.
[[nodiscard]] Trial make_trial(const TrialSource& source, Split split, std::uint32_t index);

}  // namespace carve::task
