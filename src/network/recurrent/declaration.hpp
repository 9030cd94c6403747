// What a recurrent network of spiking neurons is made of: populations and the projections between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "carve/base/units.hpp"

namespace carve::network {

/// A neuron with conductance-based synapses; conductances are in units of the leak:
///   tau_m dV/dt = V_rest - V + g_E (E_E - V) + g_I (E_I - V) + g_A (E_A - V),  g_E = (1 - s) g_AMPA + s g_NMDA
///   dg_AMPA/dt = -g_AMPA / tau_AMPA,  tau_NMDA dg_NMDA/dt = g_AMPA - g_NMDA,  dg_GABA/dt = -g_GABA / tau_GABA
/// A spike over a synapse of weight w adds w to g_AMPA, or to g_GABA = g_I. V > threshold + h is a spike: V is reset
/// and stays for the refractory period, h grows by `threshold_jump` and g_A by `adaptation_jump`; both decay
/// exponentially. What a default leaves out (NMDA, a moving threshold, adaptation) costs nothing.
struct NeuronModel {
  base::Volts rest{-0.06};
  base::Volts reset{-0.06};
  base::Volts threshold{-0.05};
  base::Seconds membrane{0.02};
  base::Seconds refractory{0.005};
  base::Volts excitation_reversal{0.0};
  base::Volts inhibition_reversal{-0.08};
  base::Seconds ampa{0.005};
  base::Seconds nmda{0.1};
  double nmda_share = 0;  // s
  base::Seconds gaba{0.01};
  base::Volts threshold_jump{0.0};
  base::Seconds threshold_decay{0.005};
  double adaptation_jump = 0;
  base::Seconds adaptation_decay{0.1};
  base::Volts adaptation_reversal{-0.08};

  /// What g_AMPA adds to g_NMDA in a step, by the exact solution of both equations.
  [[nodiscard]] double nmda_gain(base::Seconds dt) const;
};

/// Which conductance the synapses of a population open in its targets.
enum class Transmitter : std::uint8_t { excitatory, inhibitory };

/// Neurons of one model, or inputs: spikes that come from outside.
struct Population {
  std::string name;
  std::size_t size = 0;  // at most largest_population
  Transmitter transmitter = Transmitter::excitatory;
  std::optional<NeuronModel> neuron;  // nothing: inputs
};
inline constexpr std::size_t largest_population = 65000;

/// Synapses from one population to another: each pair of neurons has one with the same probability, independently of
/// all others; no neuron has one with itself. With a receptive field below 1 both populations lie on a ring, and a
/// source reaches only that share of the targets which lies nearest to it: so each target hears neighbours.
struct Projection {
  std::size_t from = 0;  // which population
  std::size_t to = 0;    // one of neurons
  double probability = 0;
  double lowest_weight = 0;  // at the start, uniform between the two; equal: all the same
  double highest_weight = 0;
  base::Seconds delay{0};  // axonal: from the spike until it reaches conductance and weight
  double receptive_field = 1;

  [[nodiscard]] bool uniform_weight() const { return lowest_weight == highest_weight; }
};

/// A network goes on by so much at a time; phases of a lifetime are multiples of it.
inline constexpr base::Seconds stretch{0.01};

/// The whole network. `dt`: the step of everything; 1 ms is a multiple of it.
struct RecurrentNetwork {
  base::Seconds dt{1e-4};
  std::vector<Population> populations;
  std::vector<Projection> projections;

  /// "I->E": the NAME of [rule.NAME].
  [[nodiscard]] std::string name_of(const Projection& projection) const;
  /// How many whole steps are nearest to a time.
  [[nodiscard]] std::size_t steps_in(base::Seconds time) const;
};

/// How large one of the standard networks is. Fewer neurons than usual have more synapses each on their side, so that
/// every neuron hears as many as in the network of full size, as long as there are so many.
struct NetworkSize {
  std::size_t excitatory;
  std::size_t inhibitory;
  std::size_t inputs;
};

/// `tif`: leaky integrate-and-fire neurons, sparse, with weak excitation (Confavreux et al. 2020, section 4).
/// Populations E, I, inputs; projections E->E, E->I, I->E, I->I, inputs->E, inputs->I.
[[nodiscard]] RecurrentNetwork tif_network(const NetworkSize& size = {8000, 2000, 5000});
/// `if-adaptive`: neurons whose threshold jumps at a spike, AMPA, NMDA and GABA; densely connected. The same
/// populations and projections.
[[nodiscard]] RecurrentNetwork adaptive_network(const NetworkSize& size = {4096, 1024, 5000});

}  // namespace carve::network
