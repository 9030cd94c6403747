// One step of a population of neurons: lanes are neurons.
#pragma once

#include <limits>
#include <utility>

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

/// Steps through one step and appends who spikes, in order, to `out`; returns its end. Only V and NMDA are written.
template <class T, bool nmda, bool adaptation>
std::uint16_t* evolve(NeuronState<T>& state, std::uint16_t* out) noexcept {
  using V = Lanes<T>;
  const auto constant = [](double value) { return broadcast(static_cast<T>(value)); };
  const auto per_conductance = [&](double weight, double reversal) {
    return std::pair{constant(state.share * weight), constant(state.share * weight * reversal)};
  };
  // Conductances count as they are at the start of the step, the threshold as it is at its end.
  const auto [ampa_rate, ampa_pull] =
      per_conductance(state.ampa_share * state.ampa.decayed(), state.excitation_reversal);
  const auto [nmda_rate, nmda_pull] = per_conductance(state.nmda_share, state.excitation_reversal);
  const auto [gaba_rate, gaba_pull] = per_conductance(state.gaba.decayed(), state.inhibition_reversal);
  const auto [tired_rate, tired_pull] = per_conductance(state.adaptation.decayed(), state.adaptation_reversal);
  const V nmda_gain = constant(state.nmda_gain * state.ampa.decayed());
  for (Decaying<T>* each : {&state.ampa, &state.gaba, &state.raised, &state.adaptation}) each->growth *= each->step;
  const V raised_decayed = constant(state.raised.decayed());
  const T raised_jump = static_cast<T>(state.threshold_jump * state.raised.growth);
  const T adaptation_jump = static_cast<T>(state.adaptation_jump * state.adaptation.growth);
  const T after_spike = state.refractory > 0 ? std::numeric_limits<T>::quiet_NaN() : state.reset;
  const V share = constant(state.share);
  const V nmda_decay = constant(state.nmda_decay);
  const NeuronState<T> n = state;  // a copy, which no store can change
  for (std::size_t i = 0; i < n.size; i += width<T>) {
    const V ampa = load<T>(n.ampa.z + i);
    const V gaba = load<T>(n.gaba.z + i);
    V rate = fma(ampa, ampa_rate, fma(gaba, gaba_rate, share));
    V pull = fma(ampa, ampa_pull, gaba * gaba_pull);
    V threshold = broadcast(n.threshold);
    if constexpr (nmda) {
      const V slow = load<T>(n.nmda + i);
      rate = fma(slow, nmda_rate, rate);
      pull = fma(slow, nmda_pull, pull);
      store<T>(n.nmda + i, fma(ampa, nmda_gain, slow * nmda_decay));
      threshold = fma(load<T>(n.raised.z + i), raised_decayed, threshold);
    }
    if constexpr (adaptation) {
      const V tired = load<T>(n.adaptation.z + i);
      rate = fma(tired, tired_rate, rate);
      pull = fma(tired, tired_pull, pull);
    }
    const V before = load<T>(n.voltage + i);
    const V v = fma(fma(-before, rate, pull), membrane_share<T>(rate), before);
    store<T>(n.voltage + i, v);
    std::uint32_t bits = bits_where_greater(v, threshold);
    for (; __builtin_expect(bits != 0, 0); bits &= bits - 1) {
      const std::size_t neuron = i + static_cast<std::size_t>(__builtin_ctz(bits));
      n.voltage[neuron] = after_spike;
      if constexpr (nmda) n.raised.z[neuron] += raised_jump;
      if constexpr (adaptation) n.adaptation.z[neuron] += adaptation_jump;
      *out = static_cast<std::uint16_t>(neuron);
      out += neuron < n.size ? 1 : 0;  // lanes behind the last neuron do not count
    }
  }
  return out;
}

template <class T>
CARVE_INLINE std::uint16_t* evolve(NeuronState<T>& n, std::uint16_t* out) noexcept {
  if (n.has_adaptation) return evolve<T, true, true>(n, out);
  return n.has_nmda ? evolve<T, true, false>(n, out) : evolve<T, false, false>(n, out);
}

}  // namespace carve::network::CARVE_ISA_NAME
