// A spiking neuron's evidence as a part of the run's document. See docs/reference/json.md.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "carve/experiment/spiking_evidence.hpp"

namespace carve::experiment {

/// The key "spiking". chosen: which of the starts is the answer; names: of the parameters.
[[nodiscard]] nlohmann::ordered_json json_of(const SpikingEvidence& evidence, std::size_t chosen);

}  // namespace carve::experiment
