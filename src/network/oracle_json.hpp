// What the programs behind the Brian oracles write: numbers with every digit, and spikes.
#pragma once

#include <span>
#include <string>

#include <fmt/format.h>

#include "carve/network/spiking_neuron.hpp"

namespace carve::network::test {

inline std::string numbers(std::span<const double> values) {
  std::string text;
  for (const double each : values) text += fmt::format("{}{:.17g}", text.empty() ? "" : ", ", each);
  return "[" + text + "]";
}

/// [[step, neuron], ...]
inline std::string spikes(const SpikeTrains& trains) {
  std::string text;
  for (std::size_t t = 0; t < trains.steps(); ++t) {
    for (const std::uint16_t j : trains.at(t)) text += fmt::format("{}[{}, {}]", text.empty() ? "" : ", ", t, j);
  }
  return "[" + text + "]";
}

}  // namespace carve::network::test
