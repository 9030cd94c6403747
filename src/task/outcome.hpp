// How a lifetime ended; a candidate that misbehaves is a counted value, never an exception.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace carve::task {

enum class Outcome : std::uint8_t {
  finished,
  silent,      // spiking networks: too few spikes to go on
  blown_up,    // weights or rates beyond any use
  not_finite,  // a weight became infinite or not a number
  timed_out,   // took longer than the wall limit that the file gives a lifetime
};
inline constexpr std::size_t outcome_count = 5;

/// As in files and tables.
inline constexpr std::array<std::string_view, outcome_count> outcome_names{"finished", "silent", "blown_up",
                                                                           "not_finite", "timed_out"};

using OutcomeCounts = std::array<std::uint64_t, outcome_count>;

}  // namespace carve::task
