// How often messages are looked for.
#pragma once

#include <algorithm>

namespace carve::evaluate {

// Where a thread waits for a message, its rank looks again after this share of the time it has waited since it began or
// since the last message: that costs little, and is hardly noticed.
inline constexpr double looking_share = 0.1;
inline constexpr double longest_look = 1e-3, shortest_look = 5e-5;  // s
// Where none does, threads look between pieces of work, and the courier looks so often beside them: a look of the
// courier takes 20 us from a thread that computes, most of it for the change of threads.
inline constexpr double look_beside_work = 5e-3;  // s

/// Seconds until the next look of a rank that waits; `waited`: so far.
[[nodiscard]] inline double until_next_look(double waited) { return std::min(waited * looking_share, longest_look); }

}  // namespace carve::evaluate
