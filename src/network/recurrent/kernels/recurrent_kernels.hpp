// The kernels of recurrent networks: what they take, one set per instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

namespace carve::network {

/// What a plastic projection keeps of each target, in one cache line (of floats), since a presynaptic spike looks at
/// all of it: the trace; the number of its spikes modulo 256, + mark if it spikes in this step; sums over its last k
/// spikes, k = 0, 1, ..., of pre_trace.decayed().
struct TargetRecord {
  static constexpr std::size_t size = 16;
  static constexpr int mark = 256;
  static constexpr std::size_t spikes = 1;
  static constexpr std::size_t sums = 2;
  static constexpr std::size_t most_unseen = size - sums - 1;
};

/// The spikes of a population: those of step t are sources[first[t - origin]] .. sources[first[t + 1 - origin] - 1].
struct SpikeHistory {
  std::uint32_t* first = nullptr;
  std::uint16_t* sources = nullptr;
  std::ptrdiff_t origin = 0;
};

/// What decays exponentially, one number per neuron: x = z / growth, so that z need not be touched as time passes.
template <class T>
struct Decaying {
  T* z = nullptr;
  double step = 1;  // by which `growth` grows in a step: e^(dt / tau)
  double growth = 1;

  /// x per z.
  [[nodiscard]] double decayed() const { return 1 / growth; }
};

/// A population of neurons: state per neuron, `size` rounded up to Synapses::row_unit; conductances have
/// target_places(size). Voltages are relative to rest; that of a refractory neuron is not a number.
template <class T>
struct NeuronState {
  std::size_t size = 0;
  bool has_nmda = false;                                                             // or a moving threshold
  bool has_adaptation = false;                                                       // then has_nmda too
  double share = 0;                                                                  // dt / tau_m
  double excitation_reversal = 0, inhibition_reversal = 0, adaptation_reversal = 0;  // relative to rest
  double ampa_share = 1, nmda_share = 0;
  double nmda_gain = 0;  // what g_AMPA adds to g_NMDA in a step
  double nmda_decay = 0;
  double threshold_jump = 0, adaptation_jump = 0;
  T threshold = 0, reset = 0;
  std::size_t refractory = 0;  // steps
  T* voltage = nullptr;
  T* nmda = nullptr;
  Decaying<T> ampa, gaba;
  Decaying<T> raised;  // the threshold, by how much
  Decaying<T> adaptation;
};

template <class T>
struct EagerPathway;

/// One projection. `w` of a static one is `weight` or, where there are any, `weights`.
/// A plastic one's rule is w += on_pre + on_pre_trace * x_post at presynaptic spikes, which also clamp, and
/// w += on_post + on_post_trace * x_pre at postsynaptic ones. Those wait until a presynaptic spike reads the weight:
/// each synapse keeps how many spikes of its target it has seen, and each target what its last k spikes add up to.
template <class T>
struct Pathway {
  bool plastic = false;
  std::size_t delay = 0;  // steps
  std::size_t from = 0;   // population
  std::size_t to = 0;
  std::size_t sources = 0;
  const std::uint32_t* first = nullptr;  // as in Synapses
  const std::uint32_t* counts = nullptr;
  const std::uint16_t* targets = nullptr;
  Decaying<T>* conductance = nullptr;  // of the targets
  T weight = 0;
  T* weights = nullptr;  // [place]

  // Plastic ones only.
  EagerPathway<T>* eager = nullptr;  // its rule, where it is not of the kind above
  bool learns = true;                // or weights stay as they are, already clamped, and spikes of targets do not count
  T on_pre = 0, on_pre_trace = 0, on_post = 0, on_post_trace = 0;
  T w_min = 0, w_max = 0;
  Decaying<T> pre_trace;           // [source]
  Decaying<T> post_trace;          // [target][TargetRecord::size]: all of the record
  std::uint8_t* seen = nullptr;    // [place]: the number that the weight has in it
  std::uint8_t* unseen = nullptr;  // [target]: spikes since all weights were up to date
  std::size_t target_count = 0;    // target_places

  [[nodiscard]] T* record(std::size_t target) const { return post_trace.z + target * TargetRecord::size; }
};

/// A part of a lifetime.
template <class T>
struct RecurrentStretch {
  std::size_t begin = 0;  // first step, counted from the start of the lifetime
  std::size_t end = 0;
  NeuronState<T>* neurons = nullptr;  // [population]; inputs have size 0
  SpikeHistory* histories = nullptr;  // [population], of inputs too
  std::size_t populations = 0;
  Pathway<T>* pathways = nullptr;
  std::size_t pathway_count = 0;
};

/// Steps through a stretch.
template <class T>
using RecurrentKernel = void(const RecurrentStretch<T>&) noexcept;
/// Brings all weights of a plastic projection up to date.
template <class T>
using CatchUpKernel = void(Pathway<T>&) noexcept;

#define CARVE_DECLARE(isa)               \
  namespace isa {                        \
  RecurrentKernel<float> run_recurrent;  \
  RecurrentKernel<double> run_recurrent; \
  CatchUpKernel<float> catch_up;         \
  CatchUpKernel<double> catch_up;        \
  }
CARVE_DECLARE(scalar)
CARVE_DECLARE(v3)
CARVE_DECLARE(v4)
#undef CARVE_DECLARE

}  // namespace carve::network
