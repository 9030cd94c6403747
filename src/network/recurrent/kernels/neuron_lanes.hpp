// One step of a population of neurons: lanes are neurons.
#pragma once

#include "carve/network/kernels/spiking_shared.hpp"
#include "carve/network/recurrent/kernels/recurrent_kernels.hpp"

namespace carve::network::CARVE_ISA_NAME {

using namespace base::CARVE_ISA_NAME;

/// relaxation, nearly always by the way of small x.
template <class T>
CARVE_INLINE Lanes<T> membrane_share(Lanes<T> x) {
  if (__builtin_expect(bits_where_greater(x, broadcast(border<T>)) == 0, 1)) return small_relaxation(x);
  return relaxation<T>(x);
}

template <class T>
CARVE_INLINE void decay(T* values, Lanes<T> loaded, T factor) {
  store<T>(values, loaded * broadcast(factor));
}

/// Steps through step t and appends who spikes, in order, to `out`; returns its end.
template <class T, bool refractory, bool nmda, bool adaptation>
std::uint16_t* evolve(const NeuronState<T>& state, std::size_t t, std::uint16_t* out) noexcept {
  const NeuronState<T> n = state;  // a copy, which no store can change
  using V = Lanes<T>;
  using Integer = IntegerOf<T>;
  const Lanes<Integer> now = broadcast(static_cast<Integer>(t));
  const V share = broadcast(n.share);
  for (std::size_t i = 0; i < n.size; i += width<T>) {
    const V ampa = load<T>(n.ampa + i);
    const V gaba = load<T>(n.gaba + i);
    V excitation = ampa;
    V threshold = broadcast(n.threshold);
    if constexpr (nmda) {
      const V slow = load<T>(n.nmda + i);
      excitation = fma(slow, broadcast(n.nmda_share), ampa * broadcast(n.ampa_share));
      store<T>(n.nmda + i, fma(ampa, broadcast(n.nmda_gain), slow * broadcast(n.nmda_decay)));
      const V raised = load<T>(n.raised + i) * broadcast(n.raised_decay);
      store<T>(n.raised + i, raised);
      threshold += raised;
    }
    V rate = fma(excitation, share, fma(gaba, share, share));
    V pull = fma(excitation, broadcast(n.excitation_pull), gaba * broadcast(n.inhibition_pull));
    if constexpr (adaptation) {
      const V tired = load<T>(n.adaptation + i);
      rate = fma(tired, share, rate);
      pull = fma(tired, broadcast(n.adaptation_pull), pull);
      decay<T>(n.adaptation + i, tired, n.adaptation_decay);
    }
    decay<T>(n.ampa + i, ampa, n.ampa_decay);
    decay<T>(n.gaba + i, gaba, n.gaba_decay);
    const V before = load<T>(n.voltage + i);
    V v = fma(fma(-before, rate, pull), membrane_share<T>(rate), before);
    if constexpr (refractory) v = select(load<Integer>(n.resumes + i) <= now, v, before);
    store<T>(n.voltage + i, v);
    std::uint32_t bits = bits_where_greater(v, threshold);
    for (; __builtin_expect(bits != 0, 0); bits &= bits - 1) {
      const std::size_t neuron = i + static_cast<std::size_t>(__builtin_ctz(bits));
      n.voltage[neuron] = n.reset;
      if constexpr (refractory) n.resumes[neuron] = static_cast<Integer>(t + n.refractory);
      if constexpr (nmda) n.raised[neuron] += n.threshold_jump;
      if constexpr (adaptation) n.adaptation[neuron] += n.adaptation_jump;
      *out = static_cast<std::uint16_t>(neuron);
      out += neuron < n.size ? 1 : 0;  // lanes behind the last neuron do not count
    }
  }
  return out;
}

template <class T>
CARVE_INLINE std::uint16_t* evolve(const NeuronState<T>& n, std::size_t t, std::uint16_t* out) noexcept {
  if (n.has_adaptation)
    return n.has_refractory ? evolve<T, true, true, true>(n, t, out) : evolve<T, false, true, true>(n, t, out);
  if (n.has_nmda)
    return n.has_refractory ? evolve<T, true, true, false>(n, t, out) : evolve<T, false, true, false>(n, t, out);
  return evolve<T, true, false, false>(n, t, out);
}

}  // namespace carve::network::CARVE_ISA_NAME
