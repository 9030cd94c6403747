// A spiking neuron's evidence as a part of the run's document. See docs/reference/json.md.
#pragma once

#include <string>

#include "carve/experiment/answer/spiking_evidence.hpp"

namespace carve::experiment {

/// The value of the key "spiking", JSON. chosen: which of the starts is the answer.
[[nodiscard]] std::string spiking_text(const SpikingEvidence& evidence, std::size_t chosen);

}  // namespace carve::experiment
