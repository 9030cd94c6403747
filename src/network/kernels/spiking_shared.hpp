// What the kernels of one spiking neuron and of networks of them share: relaxation of the voltage, bounds of weights.
#pragma once

#include "carve/base/lane_math.hpp"

namespace carve::network::CARVE_ISA_NAME {

using namespace base::CARVE_ISA_NAME;

/// (1 - e^-x) / x for x in [0, border]: V moves by this share of what Euler's method would move it, since the
/// conductances are constant within a step. In double a Taylor series, in float fitted for the least maximal error
/// (2e-8).
template <class T>
constexpr T border = T(0.125);
CARVE_INLINE Lanes<float> small_relaxation(Lanes<float> x) {
  constexpr std::array<float, 4> fitted{-0.03972288593649864F, 0.16652727127075195F, -0.4999971389770508F, 1.0F};
  return horner<float>(fitted, x);
}
CARVE_INLINE Lanes<double> small_relaxation(Lanes<double> x) {
  return horner<double>(inverse_factorials<double, 10>(1, 1, false), -x);
}
/// For all x >= 0. On scalar lanes the small ones too come this way if any neighbour is large.
template <class T>
CARVE_INLINE Lanes<T> relaxation(Lanes<T> x) {
  return select(x > broadcast(border<T>), (broadcast(T(1)) - exp<T>(-x)) / x, small_relaxation(x));
}

/// min(max(w, w_min), w_max), as the hardware has it: what is not a number becomes w_min.
template <class T>
CARVE_INLINE Lanes<T> clamped(Lanes<T> w, Lanes<T> w_min, Lanes<T> w_max) {
  w = select(w > w_min, w, w_min);
  return select(w < w_max, w, w_max);
}

}  // namespace carve::network::CARVE_ISA_NAME
