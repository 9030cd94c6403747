// One spiking neuron with plastic inputs: its constants, the spikes that reach it, what it does in a lifetime.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "carve/base/units.hpp"

namespace carve::network {

/// One kind of synapse. A spike over a synapse of weight w adds jump * w to its conductance g, in units of the leak;
/// dg/dt = -g / time_constant.
struct Conductance {
  base::Volts reversal;
  base::Seconds time_constant;
  double jump = 0;
};

/// When weights are clamped to [w_min, w_max].
enum class Clamp : std::uint8_t {
  each_event,  // after every change
  at_read,     // when a presynaptic spike reads the weight, after that spike's change, and at the end of the lifetime
};

/// When a postsynaptic spike changes the weights.
enum class Updates : std::uint8_t {
  eager,  // at once, all of them
  lazy,   // each one when a presynaptic spike reads it, together with the others that it has missed; needs
          // Clamp::at_read, and is quicker above about 10 Hz
};

/// A leaky integrate-and-fire neuron with conductance-based synapses (Vogels et al. 2011):
/// tau_m dV/dt = V_rest - V + g_E (E_E - V) + g_I (E_I - V). V > threshold is a spike; V then stays at `reset` for the
/// refractory period. One step takes the exact solution for constant conductances ("exponential Euler").
struct SpikingNeuron {
  base::Seconds dt{1e-4};
  base::Volts rest{-0.06};
  base::Volts reset{-0.06};
  base::Volts threshold{-0.05};
  base::Seconds membrane{0.02};
  base::Seconds refractory{0.005};
  Conductance excitation{{0.0}, {0.005}, 0.014};
  Conductance inhibition{{-0.08}, {0.01}, 0.035};
  Clamp clamp = Clamp::each_event;
  Updates updates = Updates::eager;

  /// How many whole steps are nearest to a time.
  [[nodiscard]] std::size_t steps_in(base::Seconds time) const;
};

/// The spikes of a population of inputs during a lifetime, step by step; shared by all candidates.
struct SpikeTrains {
  std::size_t inputs = 0;  // at most 65536
  std::vector<std::uint32_t>
      first;  // [step + 1]: the spikes of step t are sources[first[t]] .. sources[first[t+1] - 1]
  std::vector<std::uint16_t> sources;  // which input; an input spikes at most once per step

  [[nodiscard]] std::size_t steps() const { return first.empty() ? 0 : first.size() - 1; }
  [[nodiscard]] std::span<const std::uint16_t> at(std::size_t step) const {
    return std::span(sources).subspan(first[step], first[step + 1] - first[step]);
  }
};

/// The populations of inputs, each of which may have a rule: NAME of [rule.NAME]. Without one its weights stay.
inline constexpr std::array<const char*, 2> spiking_connections{"excitation", "inhibition"};

/// A population of inputs with the weights of its synapses at the start.
struct SpikingInput {
  SpikeTrains spikes;
  std::vector<double> weights;  // [input]
};

/// What one lifetime brings to the neuron. Both populations have the same number of steps.
struct SpikingTrial {
  SpikingInput excitation;
  SpikingInput inhibition;

  [[nodiscard]] std::size_t steps() const { return excitation.spikes.steps(); }
};

/// When a lifetime ends early: the neuron's rate, filtered by an exponential, leaves [lowest, highest]. Looked at every
/// 50 ms. The filter starts at `initial`, so that nobody is silent before the first spike could have come.
struct RateLimits {
  base::Hertz lowest{0.1};
  base::Hertz highest{100};
  base::Hertz initial{10};
  base::Seconds time_constant{1};
};

/// How a lifetime ended: cut_short by whoever asked for it. An infinite or undefined weight is not_finite, whatever
/// else is true.
enum class Ending : std::uint8_t { finished, silent, blown_up, not_finite, cut_short };

/// Asked every so often while a lifetime is simulated: true cuts it short. What it throws ends the simulation.
using CutShort = std::function<bool()>;

/// What one candidate's neuron did.
struct SpikingLife {
  Ending ending = Ending::finished;
  std::size_t end = 0;                // steps lived
  std::vector<std::uint32_t> spikes;  // in which steps
  std::vector<double> excitation;     // weights at the end
  std::vector<double> inhibition;
};

}  // namespace carve::network
