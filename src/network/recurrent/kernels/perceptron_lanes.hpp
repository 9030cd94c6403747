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

/// tanh. In float a quotient of polynomials, fitted for the least maximal error within the bound (1e-6) and held beyond
/// it; four of them share one division, which costs as much as all the rest.
CARVE_INLINE void tanh_of_four(Four<float>& x, float bound) {
  constexpr std::array<float, 4> above{3.9300166e-06F, 0.0022769899F, 0.12302184F, 0.9999957F};
  constexpr std::array<float, 4> below{0.00014235094F, 0.021072185F, 0.4563403F, 1.0F};
  Four<float> divisor;
  for (std::size_t k = 0; k < 4; ++k) {
    const Lanes<float> held = clamped<float>(x.at[k], broadcast(-bound), broadcast(bound));
    const Lanes<float> square = held * held;
    x.at[k] = held * horner<float>(above, square);
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
CARVE_INLINE void tanh_of_four(Four<double>& x, double) {
  for (Lanes<double>& each : x.at) each = base::CARVE_ISA_NAME::tanh<double>(each);
}

/// What hidden units get from the inputs that are the same for all synapses of a spike.
template <class T, bool pre>
CARVE_INLINE void begin_perceptron(const PerceptronEvent<T>& event, const EventMachine<T>& machine, T* units) {
  const auto input = [&](std::size_t k) { return *machine.of_neuron(event.variables[k]); };
  for (std::size_t u = 0; u < event.units; ++u) {
    const T* const weights = event.weights + u * PerceptronEvent<T>::row;
    if constexpr (pre) units[u] = weights[1] * input(0);
    else units[u] = weights[2] * input(1) + weights[3] * input(2) + (weights[4] * input(3) + weights[5] * input(4));
  }
}

/// The changes of all synapses of a chunk. units: from begin_perceptron.
template <class T, bool pre>
CARVE_INLINE void run_perceptron(const PerceptronEvent<T>& event, const EventMachine<T>& machine, const T* units,
                                 std::size_t synapses, T* changes) {
  using V = Lanes<T>;
  constexpr std::size_t row = PerceptronEvent<T>::row, features = rule::Perceptron::features;
  for (std::size_t s = 0; s < synapses; s += width<T>) {
    const auto input = [&](std::size_t k) { return load<T>(machine.of_synapses(event.variables[k]) + s); };
    const V w = load<T>(machine.weights() + s);
    V own{}, voltage{}, excitation{}, inhibition{};
    if constexpr (pre) {
      own = input(1);
      voltage = input(2);
      excitation = input(3);
      inhibition = input(4);
    } else {
      own = input(0);
    }
    const auto unit = [&](const T* weights, T same) {
      V sum = fma(w, broadcast(weights[0]), broadcast(same));
      if constexpr (!pre) return fma(own, broadcast(weights[1]), sum);
      sum = fma(own, broadcast(weights[2]), sum);
      sum = fma(voltage, broadcast(weights[3]), sum);
      sum = fma(excitation, broadcast(weights[4]), sum);
      return fma(inhibition, broadcast(weights[5]), sum);
    };
    Four<T> sums;
    static_assert(features == 4);
    for (std::size_t k = 0; k < features; ++k) sums.at[k] = broadcast(event.feature_base[k]);
    for (std::size_t u = 0; u < event.units; u += 4) {
      const T* const weights = event.weights + u * row;
      Four<T> four;
      for (std::size_t k = 0; k < 4; ++k) four.at[k] = unit(weights + k * row, units[u + k]);
      tanh_of_four(four, event.tanh_bound);
      for (std::size_t k = 0; k < 4; ++k) {
        for (std::size_t f = 0; f < features; ++f)
          sums.at[f] = fma(four.at[k], broadcast(weights[k * row + PerceptronEvent<T>::inputs + f]), sums.at[f]);
      }
    }
    tanh_of_four(sums, event.tanh_bound);
    V change = broadcast(event.base);
    for (std::size_t f = 0; f < features; ++f) change = fma(sums.at[f], broadcast(event.heads[f]), change);
    store<T>(changes + s, change);
  }
}

}  // namespace carve::network::CARVE_ISA_NAME
