// A perceptron's changes of the weights of one spike: lanes are synapses.
#pragma once

#include "carve/network/kernels/spiking_shared.hpp"
#include "carve/network/recurrent/kernels/event_machine.hpp"

namespace carve::network::CARVE_ISA_NAME {

/// Functions of four numbers at once; `bound`: tanh_bound, which the compiler must not know, or it finds no single
/// instruction that holds numbers within it.
template <class T>
struct Four {
  Lanes<T> at[4];
};

/// tanh. In float a quotient of polynomials, fitted for the least maximal error within the bound (1e-6) and, where
/// `hold`, held beyond it; four of them share one division, which costs as much as all the rest.
template <bool hold>
CARVE_INLINE void tanh_of_four(Four<float>& x, float bound) {
  constexpr std::array<float, 4> above{3.9300166e-06F, 0.0022769899F, 0.12302184F, 0.9999957F};
  constexpr std::array<float, 4> below{0.00014235094F, 0.021072185F, 0.4563403F, 1.0F};
  Four<float> divisor;
  for (std::size_t k = 0; k < 4; ++k) {
    if constexpr (hold) x.at[k] = clamped<float>(x.at[k], broadcast(-bound), broadcast(bound));
    const Lanes<float> square = x.at[k] * x.at[k];
    x.at[k] = x.at[k] * horner<float>(above, square);
    divisor.at[k] = horner<float>(below, square);
  }
  const Lanes<float> first = divisor.at[0] * divisor.at[1], second = divisor.at[2] * divisor.at[3];
  const Lanes<float> inverse = broadcast(1.0F) / (first * second);
  const Lanes<float> of_first = inverse * second, of_second = inverse * first;
  x.at[0] = x.at[0] * (divisor.at[1] * of_first);
  x.at[1] = x.at[1] * (divisor.at[0] * of_first);
  x.at[2] = x.at[2] * (divisor.at[3] * of_second);
  x.at[3] = x.at[3] * (divisor.at[2] * of_second);
}
template <bool hold>
CARVE_INLINE void tanh_of_four(Four<double>& x, double) {
  for (Lanes<double>& each : x.at) each = base::CARVE_ISA_NAME::tanh<double>(each);
}

template <class T>
CARVE_INLINE T magnitude(T value) {
  return value < 0 ? -value : value;
}

/// What hidden units get from the inputs that are the same for all synapses of a spike; returns the largest of these
/// numbers.
template <class T, bool pre>
CARVE_INLINE T begin_perceptron(const PerceptronEvent<T>& event, const EventMachine<T>& machine, T* units) {
  const auto input = [&](std::size_t k) { return *machine.of_neuron(event.variables[k]); };
  T most = 0;
  for (std::size_t u = 0; u < event.units; ++u) {
    const T* const weights = event.weights + u * PerceptronEvent<T>::row;
    if constexpr (pre) units[u] = weights[1] * input(0);
    else units[u] = weights[2] * input(1) + weights[3] * input(2) + (weights[4] * input(3) + weights[5] * input(4));
    if (most == most && !(magnitude(units[u]) <= most)) most = magnitude(units[u]);  // not a number stays
  }
  return most;
}

/// What differs from synapse to synapse.
template <class T>
struct SynapseInputs {
  Lanes<T> w, own, voltage, excitation, inhibition;
};

template <class T, bool pre>
CARVE_INLINE SynapseInputs<T> inputs_at(const PerceptronEvent<T>& event, const EventMachine<T>& machine,
                                        std::size_t s) {
  const auto input = [&](std::size_t k) { return load<T>(machine.of_synapses(event.variables[k]) + s); };
  const Lanes<T> w = load<T>(machine.weights() + s);
  if constexpr (pre) return {w, input(1), input(2), input(3), input(4)};
  const Lanes<T> none{};
  return {w, input(0), none, none, none};
}

/// What a hidden unit sums up; weights: its row, same: what all synapses have in common.
template <class T, bool pre>
CARVE_INLINE Lanes<T> unit_of(const SynapseInputs<T>& in, const T* weights, Lanes<T> same) {
  Lanes<T> sum = fma(in.w, broadcast(weights[0]), same);
  if constexpr (!pre) return fma(in.own, broadcast(weights[1]), sum);
  sum = fma(in.own, broadcast(weights[2]), sum);
  sum = fma(in.voltage, broadcast(weights[3]), sum);
  sum = fma(in.excitation, broadcast(weights[4]), sum);
  return fma(in.inhibition, broadcast(weights[5]), sum);
}

/// Whether no unit of any of these synapses comes near the bound, beyond which tanh must be held.
template <class T, bool pre>
CARVE_INLINE bool all_within(const PerceptronEvent<T>& event, const SynapseInputs<T>& in, T most) {
  SynapseInputs<T> sizes{absolute<T>(in.w), absolute<T>(in.own), absolute<T>(in.voltage), absolute<T>(in.excitation),
                         absolute<T>(in.inhibition)};
  const Lanes<T> reach = unit_of<T, pre>(sizes, event.largest.data(), broadcast(most));
  constexpr std::uint32_t everyone = (std::uint32_t{1} << width<T>)-1;
  return bits_where_greater(broadcast(T(0.98) * event.tanh_bound), reach) == everyone;
}

/// The change of some synapses. units: from begin_perceptron.
template <class T, bool pre, bool hold>
CARVE_INLINE Lanes<T> change_of(const PerceptronEvent<T>& event, const SynapseInputs<T>& in, const T* units) {
  constexpr std::size_t row = PerceptronEvent<T>::row, features = PerceptronEvent<T>::features;
  static_assert(features == 4);
  Four<T> sums;
  for (std::size_t f = 0; f < features; ++f) sums.at[f] = broadcast(event.feature_base[f]);
  for (std::size_t u = 0; u < event.units; u += 4) {
    const T* const weights = event.weights + u * row;
    Four<T> four;
    for (std::size_t k = 0; k < 4; ++k) four.at[k] = unit_of<T, pre>(in, weights + k * row, broadcast(units[u + k]));
    tanh_of_four<hold>(four, event.tanh_bound);
    for (std::size_t k = 0; k < 4; ++k) {
      for (std::size_t f = 0; f < features; ++f)
        sums.at[f] = fma(four.at[k], broadcast(weights[k * row + PerceptronEvent<T>::inputs + f]), sums.at[f]);
    }
  }
  tanh_of_four<true>(sums, event.tanh_bound);
  Lanes<T> change = broadcast(event.base);
  for (std::size_t f = 0; f < features; ++f) change = fma(sums.at[f], broadcast(event.heads[f]), change);
  return change;
}

/// The changes of all synapses of a chunk; most: from begin_perceptron. Calls between() after each register of them.
template <class T, bool pre, class Between>
CARVE_INLINE void run_perceptron(const PerceptronEvent<T>& event, const EventMachine<T>& machine, const T* units,
                                 T most, std::size_t synapses, T* changes, Between between) {
  for (std::size_t s = 0; s < synapses; s += width<T>) {
    const SynapseInputs<T> in = inputs_at<T, pre>(event, machine, s);
    const bool within = all_within<T, pre>(event, in, most);
    store<T>(changes + s,
             within ? change_of<T, pre, false>(event, in, units) : change_of<T, pre, true>(event, in, units));
    between();
  }
}

}  // namespace carve::network::CARVE_ISA_NAME
