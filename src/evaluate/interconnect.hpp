// How fast the ranks of this job talk to each other.
#pragma once

#include "carve/evaluate/ranks.hpp"
#include "carve/evaluate/scaling.hpp"

namespace carve::evaluate {

/// Measured between ranks 0 and 1 on small messages and on a large text, all that ranks do with them included. All
/// ranks call it together, two at least.
[[nodiscard]] Interconnect measure_interconnect(Ranks& ranks);

}  // namespace carve::evaluate
