// The kernels of projections whose rule is any formula: every spike visits all its synapses at once.
#pragma once

#include <array>

#include "carve/network/recurrent/kernels/recurrent_kernels.hpp"
#include "carve/rule/event_rule.hpp"
#include "carve/rule/perceptron.hpp"
#include "carve/rule/program.hpp"

namespace carve::network {

/// Synapses that a program runs for at once.
inline constexpr std::size_t eager_chunk = 128;
/// Copies of each number that is the same for a whole row: as many as the widest register holds.
inline constexpr std::size_t eager_copies = 16;

/// A number that formulas read, of each neuron on one side of a projection. Traces of spikes are kept as in Pathway;
/// those of states have growth 1 and move by `share` of the way in a step.
template <class T>
struct EventVariable {
  rule::Side side = rule::Side::pre;
  T* values = nullptr;  // [neuron], in units of `growth`
  double growth = 1;
  double step = 1;  // by which `growth` grows
  rule::Signal signal = rule::Signal::spikes;
  T share = 0;
  T level = 0;  // V_rest of the voltage, E_E or E_I relative to rest of a current
};

/// What the spikes of one side do where the formula is a perceptron: with s(z) = (1 + tanh(z/2))/2, all factors 1/2 and
/// constants lie in the weights. Layers are those of all synapses; what differs is which inputs do.
template <class T>
struct PerceptronEvent {
  static constexpr std::size_t inputs = rule::Perceptron::inputs;
  static constexpr std::size_t features = rule::Perceptron::features;
  static constexpr std::size_t row = inputs + features;

  std::size_t units = 0;  // a multiple of 4: the last ones may have no weight
  T tanh_bound = 7;
  std::array<T, inputs> largest{};  // over units, of the weights of each input
  T* weights = nullptr;  // [unit][row]: of w, the presynaptic trace, the postsynaptic one, V, C_E, C_I; to the features
  std::array<T, features> feature_base{};
  std::array<T, features> heads{};
  T base = 0;
  std::array<std::size_t, inputs - 1> variables{};  // the inputs in this order, without w
};

/// What the spikes of one side do: w += the program's only result. Its inputs are the parameters, w, the variables.
template <class T>
struct EventProgram {
  const rule::Program<T>* program = nullptr;
  const T* registers = nullptr;         // of the candidate level, [register][eager_copies]
  const std::uint32_t* used = nullptr;  // which variables it reads
  std::size_t used_count = 0;
  std::uint32_t weight = 0;  // which register w is; variable k is weight + 1 + k
  bool reads_weight = false;
  const PerceptronEvent<T>* perceptron = nullptr;  // then the program does nothing
};

/// One projection. Traces of the side whose spike it is are the same for all its synapses.
template <class T>
struct EagerPathway {
  EventVariable<T>* variables = nullptr;
  std::size_t variable_count = 0;
  bool follows_states = false;
  EventProgram<T> on_pre, on_post;
  const std::uint32_t* first = nullptr;  // as in Incoming
  const std::uint32_t* places = nullptr;
  const std::uint16_t* sources = nullptr;
  T* scratch = nullptr;
  T* perceptron_scratch = nullptr;  // eager_chunk numbers and one per unit
};

/// Numbers of scratch that a program needs.
template <class T>
[[nodiscard]] std::size_t eager_scratch(const rule::Program<T>& program, std::size_t variables) {
  return (variables + program.temporaries[1]) * eager_copies + (1 + variables + program.temporaries[2]) * eager_chunk;
}

/// Neurons that spike in a step, in order.
struct Spiking {
  const std::uint16_t* begin = nullptr;
  const std::uint16_t* end = nullptr;
};

/// One step of an eager projection, after its neurons have evolved.
template <class T>
using EagerKernel = void(const Pathway<T>& path, Spiking arriving, Spiking of_targets) noexcept;

/// Lets traces follow the states of the targets at the start of a step, before these evolve.
template <class T>
using FollowKernel = void(const EagerPathway<T>& eager, const NeuronState<T>& targets) noexcept;

#define CARVE_DECLARE(isa)            \
  namespace isa {                     \
  EagerKernel<float> learn_eagerly;   \
  EagerKernel<double> learn_eagerly;  \
  FollowKernel<float> follow_states;  \
  FollowKernel<double> follow_states; \
  }
CARVE_DECLARE(scalar)
CARVE_DECLARE(v3)
CARVE_DECLARE(v4)
#undef CARVE_DECLARE

}  // namespace carve::network
