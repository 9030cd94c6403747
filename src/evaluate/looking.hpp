// How often a courier looks for messages: the longer none has come, the more seldom.
#pragma once

#include <algorithm>

namespace carve::evaluate {

// Messages are looked for again after this share of the time that has passed since the last one: waiting costs little,
// and is hardly noticed.
inline constexpr double looking_share = 0.1;
inline constexpr double longest_look = 1e-3, shortest_look = 5e-5;  // s

/// Seconds until the next look; `quiet`: since the last message. Beside threads that compute, at least the shortest.
[[nodiscard]] inline double until_next_look(double quiet, bool busy) {
  return std::clamp(quiet * looking_share, busy ? shortest_look : 0.0, longest_look);
}

}  // namespace carve::evaluate
