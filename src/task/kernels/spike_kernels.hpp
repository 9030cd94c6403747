// Kernels that make input spikes, one set per instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

namespace carve::task {

/// Groups of inputs are simulated side by side, this many at once.
inline constexpr std::size_t group_lanes = 16;

/// The signals that groups of inputs follow, and what they make of them. Per step: s <- r - (r - s) keep with r uniform
/// in (-0.5, 0.5); the probability of a spike is p = base + gain max(0, s), at most 1/4.
struct GroupSignals {
  float keep;  // e^(-dt / correlation time)
  float base;
  float gain;
};

/// signals: [group_lanes], in and out. bits: [step][group_lanes], a random byte for each r. hazards: out,
/// [step][group_lanes], -log(1 - p).
using HazardKernel = void(const GroupSignals& how, const std::uint8_t* bits, std::size_t steps, float* signals,
                          float* hazards) noexcept;
/// -log of each number in place; `count` is a multiple of 16.
using ExponentialKernel = void(float* uniform, std::size_t count) noexcept;

/// Inputs spike where a Poisson process of unit rate, one for each group, has a point in their share of its hazard: an
/// input with hazard h has a point in a step with probability 1 - e^-h.
struct GroupProcess {
  float sizes[group_lanes];            // inputs of each group; 0 where there is none
  std::uint32_t offsets[group_lanes];  // the first input of each group
  float left[group_lanes];             // hazard from the start of the step to the next point
};

/// The inputs that are hit, step by step; one may be hit more than once in a step.
struct Hits {
  const float* hazards;  // [step][group_lanes], of one input
  const float* waiting;  // from one point to the next, in the order of the points
  const float* waiting_end;
  std::size_t steps;
  std::uint32_t* inputs;     // out: as many as there are waiting times
  std::uint32_t* step_ends;  // out, [step]: how many hits up to and with this step
};
/// Points that are never drawn: a step takes no more than this many waiting times, so that memory is safe whatever
/// comes.
inline constexpr std::size_t most_hits_per_step = 4096;

/// Walks on until `steps` or until fewer than most_hits_per_step waiting times are left; returns the steps done.
using HitKernel = std::size_t(const Hits& hits, GroupProcess& process) noexcept;

#define CARVE_DECLARE(isa)        \
  namespace isa {                 \
  HazardKernel group_hazards;     \
  ExponentialKernel exponentials; \
  HitKernel find_hits;            \
  }
CARVE_DECLARE(scalar)
CARVE_DECLARE(v3)
CARVE_DECLARE(v4)
#undef CARVE_DECLARE

}  // namespace carve::task
