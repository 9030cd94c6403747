// How the outputs of a rate network follow from their summed inputs, and the way back for derivatives. Lanes are
// candidates.
#pragma once

#include "carve/base/lane_math.hpp"
#include "carve/base/lanes.hpp"
#include "carve/network/wiring.hpp"

namespace carve::network::CARVE_ISA_NAME {

using namespace base::CARVE_ISA_NAME;

template <class T>
CARVE_INLINE Lanes<T> activate(Activation activation, Lanes<T> input) {
  switch (activation) {
    case Activation::linear: break;
    case Activation::rectified: return select(input > Lanes<T>{}, input, Lanes<T>{});
    case Activation::tanh: return base::CARVE_ISA_NAME::tanh<T>(input);
  }
  return input;
}

/// The derivative of the activation by its input, from its value y; 0 at the kink.
template <class T>
CARVE_INLINE Lanes<T> activation_slope(Activation activation, Lanes<T> y) {
  const Lanes<T> one = broadcast(T(1));
  switch (activation) {
    case Activation::linear: break;
    case Activation::rectified: return select(y > Lanes<T>{}, one, Lanes<T>{});
    case Activation::tanh: return fma(-y, y, one);
  }
  return one;
}

/// The outputs of one network for one sample. All arrays have `lanes` numbers per item.
template <class T>
struct Outputs {
  std::size_t count = 0;
  Lateral lateral = Lateral::none;
  Activation activation = Activation::linear;
  std::size_t lanes = 0;
  const T* weights = nullptr;  // the lateral ones
  T* matrix = nullptr;         // symmetric: scratch, [output][output]

  [[nodiscard]] const T* weights_of(std::size_t output) const {
    return weights + lateral_first(lateral, count, output) * lanes;
  }
};

/// Solves (I - U) v = v, or with the transpose of U, by elimination without pivoting: it works while each output keeps
/// a positive hold on itself; a candidate whose outputs have no such state becomes not finite, and is counted so.
template <class T>
void solve_together(const Outputs<T>& outputs, bool transposed, T* v, std::size_t lane) {
  const std::size_t count = outputs.count;
  const std::size_t lanes = outputs.lanes;
  const auto cell = [&](std::size_t i, std::size_t k) { return outputs.matrix + (i * count + k) * lanes + lane; };
  const auto at = [&](std::size_t i) { return v + i * lanes + lane; };
  for (std::size_t i = 0; i < count; ++i) {
    store<T>(cell(i, i), broadcast(T(1)));
    for (std::size_t p = 0; p + 1 < count; ++p) {
      const std::size_t k = lateral_source(outputs.lateral, i, p);
      store<T>(transposed ? cell(k, i) : cell(i, k), -load<T>(outputs.weights_of(i) + p * lanes + lane));
    }
  }
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t i = k + 1; i < count; ++i) {
      const Lanes<T> factor = -load<T>(cell(i, k)) / load<T>(cell(k, k));
      for (std::size_t m = k + 1; m < count; ++m)
        store<T>(cell(i, m), fma(factor, load<T>(cell(k, m)), load<T>(cell(i, m))));
      store<T>(at(i), fma(factor, load<T>(at(k)), load<T>(at(i))));
    }
  }
  for (std::size_t i = count; i-- > 0;) {
    Lanes<T> rest = load<T>(at(i));
    for (std::size_t m = i + 1; m < count; ++m) rest = fma(-load<T>(cell(i, m)), load<T>(at(m)), rest);
    store<T>(at(i), rest / load<T>(cell(i, i)));
  }
}

/// y[output][lane] from sum[output][lane], the feedforward inputs.
template <class T>
void settle(const Outputs<T>& outputs, const T* sum, T* y, std::size_t lane) {
  const std::size_t lanes = outputs.lanes;
  if (outputs.lateral == Lateral::symmetric) {
    for (std::size_t i = 0; i < outputs.count; ++i) store<T>(y + i * lanes + lane, load<T>(sum + i * lanes + lane));
    solve_together(outputs, false, y, lane);
    return;
  }
  for (std::size_t i = 0; i < outputs.count; ++i) {
    const T* const u = outputs.weights_of(i);
    Lanes<T> input = load<T>(sum + i * lanes + lane);
    for (std::size_t k = 0; k < lateral_inputs(outputs.lateral, outputs.count, i); ++k)
      input = fma(load<T>(u + k * lanes + lane), load<T>(y + k * lanes + lane), input);
    store<T>(y + i * lanes + lane, activate<T>(outputs.activation, input));
  }
}

/// From the loss's derivatives by y, in `slope`, to those by the summed inputs, in the same place.
template <class T>
void settle_back(const Outputs<T>& outputs, const T* y, T* slope, std::size_t lane) {
  const std::size_t lanes = outputs.lanes;
  if (outputs.lateral == Lateral::symmetric) {
    solve_together(outputs, true, slope, lane);
    return;
  }
  for (std::size_t i = outputs.count; i-- > 0;) {
    const Lanes<T> by_input =
        load<T>(slope + i * lanes + lane) * activation_slope<T>(outputs.activation, load<T>(y + i * lanes + lane));
    store<T>(slope + i * lanes + lane, by_input);
    const T* const u = outputs.weights_of(i);
    for (std::size_t k = 0; k < lateral_inputs(outputs.lateral, outputs.count, i); ++k) {
      T* const before = slope + k * lanes + lane;
      store<T>(before, fma(load<T>(u + k * lanes + lane), by_input, load<T>(before)));
    }
  }
}

}  // namespace carve::network::CARVE_ISA_NAME
