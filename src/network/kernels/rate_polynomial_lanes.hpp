// What all kernels of polynomial rules share: folding the powers of y into one coefficient per x^a w^c, and the
// polynomial in x and w that is left for each synapse. One fixed sequence of fused multiply-adds per lane.
#pragma once

#include "carve/base/lanes.hpp"
#include "carve/network/kernels/rate_kernels.hpp"

namespace carve::network::CARVE_ISA_NAME {

using namespace base::CARVE_ISA_NAME;

/// Degrees of x for w^0, w^1, ... known when compiling.
template <int... degree>
struct Shape {
  static constexpr int powers = sizeof...(degree);
  static constexpr int degrees[powers] = {degree...};
  static constexpr int cells = (0 + ... + (degree + 1));
  static constexpr int first_cell(int power) {
    int first = 0;
    for (int c = 0; c < power; ++c) first += degrees[c] + 1;
    return first;
  }
};

constexpr int any_degree = -1;

/// How many registers of candidates are worked on together: enough independent chains to hide the latency of the dot
/// product's sum, few enough that all coefficients stay in registers.
template <class ShapeType>
constexpr int registers_together() {
#if defined(__AVX512F__) && !defined(CARVE_SCALAR_LANES)
  return ShapeType::cells <= 4 ? 4 : ShapeType::cells <= 10 ? 2 : 1;
#else
  return ShapeType::cells <= 3 ? 4 : ShapeType::cells <= 4 ? 2 : 1;
#endif
}

/// sum_a coefficients[a] x^a for one power of w, by Horner's scheme.
template <class T, class ShapeType, int power>
CARVE_INLINE Lanes<T> in_x(const Lanes<T> (&folded)[ShapeType::cells], Lanes<T> x) {
  constexpr int first = ShapeType::first_cell(power);
  Lanes<T> sum = folded[first + ShapeType::degrees[power]];
#pragma GCC unroll 16
  for (int a = ShapeType::degrees[power] - 1; a >= 0; --a) sum = fma(sum, x, folded[first + a]);
  return sum;
}

/// The whole polynomial in x and w.
template <class T, class ShapeType, int power = 0>
CARVE_INLINE Lanes<T> in_x_and_w(const Lanes<T> (&folded)[ShapeType::cells], Lanes<T> x, Lanes<T> w) {
  const Lanes<T> here = in_x<T, ShapeType, power>(folded, x);
  if constexpr (power + 1 == ShapeType::powers) return here;
  else return fma(in_x_and_w<T, ShapeType, power + 1>(folded, x, w), w, here);
}

/// Where the coefficients of a lane begin. Taken out of the rule once: stores to weights could change the rule itself,
/// for all that the compiler knows.
template <class T, class ShapeType, int degree_y>
CARVE_INLINE const T* coefficients_of(const PolynomialBlock<T>& rule, std::size_t lane) {
  const std::size_t y_powers = static_cast<std::size_t>(degree_y == any_degree ? rule.degree_y : degree_y) + 1;
  return rule.coefficients + lane / lane_multiple * lane_multiple * ShapeType::cells * y_powers + lane % lane_multiple;
}

/// Folds the powers of y into one coefficient per cell. `degree` counts where degree_y does not say it.
template <class T, class ShapeType, int degree_y>
CARVE_INLINE void fold(const T* coefficients, int degree_of_rule, Lanes<T> y, Lanes<T> (&folded)[ShapeType::cells]) {
  const int degree = degree_y == any_degree ? degree_of_rule : degree_y;
  const std::size_t row = static_cast<std::size_t>(degree + 1) * lane_multiple;
#pragma GCC unroll 64
  for (std::size_t cell = 0; cell < ShapeType::cells; ++cell) {
    const T* power = coefficients + cell * row + static_cast<std::size_t>(degree) * lane_multiple;
    Lanes<T> sum = load<T>(power);
#pragma GCC unroll 4
    for (int b = degree; b > 0; --b) {
      power -= lane_multiple;
      sum = fma(sum, y, load<T>(power));
    }
    folded[cell] = sum;
  }
}

/// One number in all lanes, straight from memory. The compiler would otherwise load it early and spread it from
/// register to register later, which on AVX-512 takes a slot of one of the two multiply-add units.
template <class T>
CARVE_INLINE Lanes<T> broadcast_from(const T* number) {
  Lanes<T> all = broadcast(*number);
#if defined(__AVX512F__)
  asm("" : "+v"(all));
#endif
  return all;
}

/// y = sum_j w_j x_j in the order of the synapses.
template <class T>
CARVE_INLINE Lanes<T> dot(const T* weights, std::size_t lanes, const T* x, std::size_t synapses) {
  Lanes<T> sum{};
  for (std::size_t j = 0; j < synapses; ++j) sum = fma(load<T>(weights + j * lanes), broadcast_from(x + j), sum);
  return sum;
}

}  // namespace carve::network::CARVE_ISA_NAME
