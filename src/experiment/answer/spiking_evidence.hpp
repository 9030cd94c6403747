// What the answer of a search with a spiking neuron shows beside its losses.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "carve/experiment/answer/measure.hpp"
#include "carve/experiment/answer/pair_window.hpp"

namespace carve::experiment {

/// Where one start's rule brings the neuron, on fresh trials.
struct Settled {
  std::vector<double> values;       // of all parameters
  Measured rate;                    // Hz, over the window that the loss looks at
  std::optional<double> predicted;  // by mean field, where one population is plastic
  bool stable = false;              // by mean field: the rate comes back
};

/// The weights of one population, at the start of a lifetime and at its end.
struct WeightChange {
  std::string connection;
  std::vector<double> before, after;
};

/// The input spikes shown, as (step, input).
using Raster = std::vector<std::pair<std::uint32_t, std::uint16_t>>;

/// One lifetime on a fresh trial.
struct SpikingView {
  std::uint32_t trial = 0;
  std::vector<std::uint32_t> before, found, known;  // in which steps the neuron spikes: without plasticity, by the
                                                    // answer, by the reference
  std::vector<WeightChange> weights;                // of both populations, by the answer
  Raster excitation, inhibition;                    // of some inputs, at the end of the lifetime
};

/// What the rest is measured in.
struct SpikingFrame {
  double target = 0;  // Hz
  double window = 0;  // s, at the end of the lifetime
  double filter = 0;  // s, through which rates are seen
  double dt = 0;      // s
  std::size_t steps = 0;
  std::size_t raster_steps = 0;          // at the end of the lifetime
  std::vector<std::string> connections;  // those that are plastic
  std::vector<std::string> parameters;   // of all rules
  std::size_t groups = 0;                // of inputs
  std::array<double, 2> jumps{};         // conductance by a spike over a weight of 1, excitation and inhibition
};

struct SpikingEvidence {
  SpikingFrame frame;
  std::vector<Settled> settled;  // of every start
  std::vector<SpikingView> trials;
  std::vector<PairWindow> windows;
};

}  // namespace carve::experiment
