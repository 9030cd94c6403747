// The same lifetime as one would write it without carve: one candidate at a time.
#pragma once

#include <cstddef>

#include "carve/base/isa.hpp"

namespace carve::app {

/// theta: [a][b][c], eta included; inputs: [step][synapse]; weights: in and out.
using OneLifetime = void(const float* theta, const float* inputs, std::size_t steps, std::size_t synapses,
                         float* weights);

/// Nested loops over the terms, powers from tables; compiled with -O2 and nothing else.
OneLifetime plain_lifetime;

/// The best that a loop over synapses gives: the activity folded into nine coefficients, -O3 -march -ffast-math.
namespace scalar {
OneLifetime best_lifetime;
}
namespace v3 {
OneLifetime best_lifetime;
}
namespace v4 {
OneLifetime best_lifetime;
}
inline constexpr base::PerIsa<OneLifetime> best_lifetime{scalar::best_lifetime, v3::best_lifetime, v4::best_lifetime};

}  // namespace carve::app
