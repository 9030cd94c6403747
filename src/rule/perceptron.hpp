// The rule that a small multilayer perceptron is (Confavreux et al. 2025): two layers of sigmoids s(z) = 1/(1 + e^-z)
// with fixed random weights, and one trained sum for each event.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "carve/rule/expression.hpp"

namespace carve::rule {

/// At each event change = eta (head_0 + sum over k of head_k h_k), h = s(output s(hidden x)), where x are
/// 2 (a presynaptic trace), 2 (a postsynaptic trace), w, 15 V, 15 C_E, 15 C_I; at presynaptic spikes the presynaptic
/// trace is the slow one, at postsynaptic ones the postsynaptic.
struct Perceptron {
  static constexpr std::size_t inputs = 6;
  static constexpr std::size_t features = 4;
  static constexpr std::array<double, inputs> scales{2, 2, 1, 15, 15, 15};

  /// What one event has of its own.
  struct Event {
    std::array<std::size_t, inputs - 1> traces{};   // of EventRule: the inputs in order, without w
    std::array<std::size_t, features + 1> heads{};  // which parameters
    Expression sum;                                 // in h_1, h_2, ...
  };

  std::size_t units = 0;
  std::vector<double> hidden;  // [unit][input], uniform within +-1/sqrt(inputs)
  std::vector<double> output;  // [feature][unit], uniform within +-1/sqrt(units)
  std::uint64_t seed = 0;
  std::size_t eta = 0;  // which parameter
  Event on_pre, on_post;

  /// The layers that a seed draws.
  [[nodiscard]] static Perceptron draw(std::size_t units, std::uint64_t seed);
};

}  // namespace carve::rule
