// Each protocol, for the list in protocols.cpp.
#pragma once

#include "carve/predictions/prediction.hpp"

namespace carve::predictions {

// Between spiking neurons: pairing.cpp, bursts.cpp, rates.cpp, one_side.cpp.
extern const Protocol stdp_window, pairing_frequency, weight_dependence;
extern const Protocol triplets, quadruplets;
extern const Protocol rate_dependence;
extern const Protocol presynaptic_only, postsynaptic_only;
// Between rate neurons: rate_neurons.cpp.
extern const Protocol bcm_curve, rate_weight_dependence, rate_presynaptic_only, rate_postsynaptic_only;

}  // namespace carve::predictions
