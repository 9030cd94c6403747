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

#define CARVE_DECLARE(isa)        \
  namespace isa {                 \
  HazardKernel group_hazards;     \
  ExponentialKernel exponentials; \
  }
CARVE_DECLARE(scalar)
CARVE_DECLARE(v3)
CARVE_DECLARE(v4)
#undef CARVE_DECLARE

}  // namespace carve::task
