// The kernels of the spiking neuron: what they take, one set per instruction set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace carve::network {

/// Lanes lie in parts of this many bytes; a block has one part or four.
inline constexpr std::size_t part_bytes = 64;
template <class T>
inline constexpr std::size_t part_lanes = part_bytes / sizeof(T);
inline constexpr std::size_t most_parts = 4;

/// How postsynaptic spikes reach the weights; the rules are linear in one trace (linear_rule.hpp).
enum class PostUpdate : std::uint8_t {
  eager,          // every weight at every spike, clamped there
  eager_at_read,  // every weight at every spike, clamped when it is next read
  lazy,           // when the weight is next read: the sum over the spikes since then, clamped there
};

/// w += on_pre + on_pre_trace * x_post at a presynaptic spike, w += on_post + on_post_trace * x_pre at a postsynaptic
/// one. Per lane; learning rates are included.
template <class T>
struct LinearRule {
  const T* on_pre = nullptr;
  const T* on_pre_trace = nullptr;
  const T* on_post = nullptr;
  const T* on_post_trace = nullptr;
  T w_min = 0;  // of all lanes
  T w_max = 0;
};

/// Powers of a number per lane: the n-th is fine[n % fine_powers] * coarse[n / fine_powers], so that none is worked out
/// step by step and all fit into the nearest cache.
inline constexpr std::size_t fine_powers = 32;
template <class T>
struct Powers {
  const T* fine = nullptr;    // [fine_powers][lane]
  const T* coarse = nullptr;  // [powers / fine_powers + 1][lane]
};

/// A plastic population of inputs.
/// Its synapses lie as [part][synapse][row][lane of the part], with the rows
///   w   the weight
///   z   the presynaptic trace in units of its growth since the start of the stretch: x_pre = z e^(-t / tau_pre), so
///       that it need not be touched as time passes; at the end of the stretch t is set back to 0
/// and where post updates are lazy, what of `spikes_seen` and `decayed_seen` the weight has in it.
template <class T>
struct PlasticInput {
  LinearRule<T> rule;
  const std::uint32_t* first = nullptr;    // [step + 1], as in SpikeTrains
  const std::uint16_t* sources = nullptr;  // of the whole lifetime
  std::size_t synapses = 0;
  T decay = 0;  // of the conductance per step
  T rate = 0;   // dt / tau_m * jump: what one unit of conductance adds to the rate at which V relaxes, per step
  T pull = 0;   // rate * (reversal - rest)
  Powers<T> pre_growth;  // of e^(dt / tau_pre)
  Powers<T> post_decay;  // of e^(-dt / tau_post)
  T* weights = nullptr;
  // State, [lane].
  T* conductance = nullptr;   // in units of weights
  T* post_trace = nullptr;    // x_post e^(t / tau_post), as z is of x_pre
  T* spikes_seen = nullptr;   // lazy: postsynaptic spikes in this stretch
  T* decayed_seen = nullptr;  // lazy: sum over them of e^(-t / tau_pre)
};
inline constexpr std::size_t eager_rows = 2;
inline constexpr std::size_t lazy_rows = 4;

/// A postsynaptic spike.
struct LaneSpike {
  std::uint32_t step;
  std::uint32_t lane;
};

/// A part of a lifetime, short enough for e^(t / tau_pre) to stay within T.
template <class T>
struct SpikingStretch {
  std::size_t begin = 0;  // first step, counted from the start of the lifetime
  std::size_t end = 0;
  const T* drive = nullptr;  // [step][2]: dt/tau_m times (1 + static conductances), and their pull; from step 0 on
  T threshold = 0;           // voltages are relative to rest
  T reset = 0;
  std::size_t refractory = 0;  // steps
  T* voltage = nullptr;        // [lane]
  // [lane]: the step from which on V evolves
  std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>* resumes = nullptr;
  PlasticInput<T> excitation;  // without synapses where it is not plastic
  PlasticInput<T> inhibition;
  LaneSpike* spikes = nullptr;  // out, room for all that the refractory period allows
};

/// Returns the number of spikes.
template <class T>
using SpikingKernel = std::size_t(const SpikingStretch<T>&, std::size_t parts, PostUpdate update) noexcept;

#define CARVE_DECLARE(isa)                  \
  namespace isa {                           \
  SpikingKernel<float> run_spiking_neuron;  \
  SpikingKernel<double> run_spiking_neuron; \
  }
CARVE_DECLARE(scalar)
CARVE_DECLARE(v3)
CARVE_DECLARE(v4)
#undef CARVE_DECLARE

}  // namespace carve::network
