// Kernels that make input spikes, one set per instruction set.
//
// An input spikes where its hazard, summed from the end of its last rest on, reaches an exponential waiting time of
// mean 1: in a step of hazard h with probability 1 - e^-h. The hazards of a block of steps are summed up once per group
// of inputs that have the same, as whole numbers, so that no sum is rounded; then many inputs look up their next spikes
// side by side.
#pragma once

#include <cstddef>
#include <cstdint>

namespace carve::task {

/// Groups of inputs are simulated side by side, this many at once.
inline constexpr std::size_t group_lanes = 16;
/// Steps whose hazards are summed up at once. Sums start from 0 at the start of each block.
inline constexpr std::size_t block_steps = 4096;
/// Inputs that look up their next spikes side by side.
inline constexpr std::size_t crew_lanes = 64;

/// The signals that groups of inputs follow, and what they make of them. Per step: s <- r - (r - s) keep with r uniform
/// in (-0.5, 0.5); the probability of a spike is p = base + gain max(0, s), at most 1/4.
struct GroupSignals {
  float keep;  // e^(-dt / correlation time)
  float base;
  float gain;
  float unit;  // how many units of hazard are 1
};
inline constexpr std::size_t sums_stride = block_steps + 16;

/// One block. signals: [group_lanes], in and out. bits: [step / 4][group_lanes], four random bytes for r. sums: out,
/// [group][sums_stride], of which [0, block_steps] are the hazards -log(1 - p) in units, summed up.
using HazardKernel = void(const GroupSignals& how, const std::uint32_t* bits, std::size_t groups, float* signals,
                          std::int32_t* sums) noexcept;
/// -log of uniform numbers, in units, rounded down; `count` is a multiple of 16.
using WaitingKernel = void(const float* uniform, float unit, std::size_t count, std::int32_t* waiting) noexcept;

/// Where to look for a sum of hazards: steps by the thousands in equal cells of the sum.
struct HazardIndex {
  static constexpr std::size_t node_steps = 8, nodes = block_steps / node_steps, cells = 2048;
  const std::int32_t* sums;  // [block_steps + 1]
  float cells_per_unit;
  std::int32_t first[cells + 32];  // out: a node, at or before the one in which the cell begins
};
using IndexKernel = void(HazardIndex& index) noexcept;

/// The inputs of a crew: when each may spike again, and how much hazard there is from then until it does.
struct Crew {
  std::int32_t ready[crew_lanes];  // step, counted from the start of the block
  std::int32_t left[crew_lanes];
  std::int32_t tag[crew_lanes];  // what a spike carries
};
struct CrewSpikes {
  std::uint32_t* out;           // (step << 16) + tag; room for a crew more than there are
  const std::int32_t* waiting;  // [row][crew_lanes], those of row k for the inputs' k-th spikes
  std::size_t rows;
  std::size_t rows_used;  // out
  bool done;              // out: the block is at its end, or else the rows are
};
/// Returns the end of what it wrote. rests: from a spike to the first step that may have the next, at least 1.
using SpikeKernel = std::uint32_t*(const HazardIndex& index, std::int32_t rests, Crew& crew,
                                   CrewSpikes& spikes) noexcept;

#define CARVE_DECLARE(isa)     \
  namespace isa {              \
  HazardKernel group_hazards;  \
  WaitingKernel waiting_times; \
  IndexKernel index_hazards;   \
  SpikeKernel find_spikes;     \
  }
CARVE_DECLARE(scalar)
CARVE_DECLARE(v3)
CARVE_DECLARE(v4)
#undef CARVE_DECLARE

}  // namespace carve::task
