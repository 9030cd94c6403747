// The kernels of recurrent networks: what they take, one set per instruction set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace carve::network {

/// How many postsynaptic spikes a weight may miss before everything is brought up to date, plus one.
inline constexpr std::size_t spike_sums = 64;

/// The spikes of a population: those of step t are sources[first[t - origin]] .. sources[first[t + 1 - origin] - 1].
struct SpikeHistory {
  std::uint32_t* first = nullptr;
  std::uint16_t* sources = nullptr;
  std::ptrdiff_t origin = 0;
};

/// A population of neurons: state per neuron, `size` rounded up to Synapses::row_unit; conductances have
/// target_places(size). Voltages are relative to rest.
template <class T>
struct NeuronState {
  using Resumes = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;

  std::size_t size = 0;
  bool has_refractory = false;
  bool has_nmda = false;        // or a moving threshold
  bool has_adaptation = false;  // then has_nmda too
  T share = 0;                  // dt / tau_m
  T excitation_pull = 0;        // share * (E_E - V_rest)
  T inhibition_pull = 0;
  T adaptation_pull = 0;
  T ampa_decay = 0, nmda_decay = 0, gaba_decay = 0, raised_decay = 0, adaptation_decay = 0;  // per step
  T ampa_share = 1, nmda_share = 0;
  T nmda_gain = 0;  // what g_AMPA adds to g_NMDA in a step
  T threshold = 0, reset = 0, threshold_jump = 0, adaptation_jump = 0;
  std::size_t refractory = 0;  // steps
  T* voltage = nullptr;
  T* ampa = nullptr;
  T* nmda = nullptr;
  T* gaba = nullptr;
  T* raised = nullptr;  // the threshold, by how much
  T* adaptation = nullptr;
  Resumes* resumes = nullptr;  // the step from which on V evolves
  SpikeHistory spikes;         // written
};

template <class T>
struct EagerPathway;

/// One projection. `w` of a static one is `weight` or, where there are any, `weights`.
/// A plastic one's rule is w += on_pre + on_pre_trace * x_post at presynaptic spikes, which also clamp, and
/// w += on_post + on_post_trace * x_pre at postsynaptic ones. Those wait until a presynaptic spike reads the weight:
/// each synapse keeps how many spikes of its target it has seen, and each target the sums over its last k spikes of
/// what they find of a trace. Traces are kept in units of `growth`, x = z / growth, so that they need not be touched as
/// time passes.
template <class T>
struct Pathway {
  using Count = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;

  bool plastic = false;
  std::size_t delay = 0;  // steps
  std::size_t from = 0;   // population
  std::size_t to = 0;
  std::size_t sources = 0;
  const std::uint32_t* first = nullptr;  // as in Synapses
  const std::uint32_t* counts = nullptr;
  const std::uint16_t* targets = nullptr;
  T* conductance = nullptr;  // of the targets
  T weight = 0;
  T* weights = nullptr;  // [place]

  // Plastic ones only.
  EagerPathway<T>* eager = nullptr;  // its rule, where it is not of the kind above
  bool learns = true;                // or weights stay as they are, already clamped, and spikes of targets do not count
  T on_pre = 0, on_pre_trace = 0, on_post = 0, on_post_trace = 0;
  T w_min = 0, w_max = 0;
  double pre_step = 1, post_step = 1;  // by which `growth` grows: e^(dt / tau)
  double pre_growth = 1, post_growth = 1;
  T* pre_trace = nullptr;          // [source], z
  T* post_trace = nullptr;         // [target], z
  Count* spikes = nullptr;         // [target]: number of its spikes modulo 256, + 256 if it spikes in this step
  std::uint8_t* seen = nullptr;    // [place]: the number that the weight has in it
  std::uint8_t* unseen = nullptr;  // [target]: spikes since all weights were up to date
  T* sums = nullptr;               // [k < spike_sums][target]: over the last k spikes, of 1 / pre_growth
  std::size_t stride = 0;          // target_places
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
