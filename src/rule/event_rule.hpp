// Rules between spiking neurons: what each pre- and each postsynaptic spike does to a weight.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "carve/rule/expression.hpp"
#include "carve/rule/perceptron.hpp"
#include "carve/rule/polynomial.hpp"

namespace carve::rule {

/// Whose spikes.
enum class Side : std::uint8_t { pre, post };

/// What a trace follows: the spikes of its neuron, each of which adds 1 while dx/dt = -x/tau; or a state of the
/// postsynaptic neuron, low-passed, tau dx/dt = state - x. All states are in volts, since conductances are in units of
/// the leak: the membrane potential, the excitatory current g_E (E_E - V), the inhibitory current g_I (V - E_I).
/// Adaptation is no synaptic current.
enum class Signal : std::uint8_t { spikes, voltage, excitation, inhibition };

/// A number of each neuron on one side of a synapse.
struct Trace {
  std::string name;
  Side side = Side::pre;
  std::size_t time_constant = 0;  // which of the rule's parameters tau is, in seconds
  Signal signal = Signal::spikes;
};

/// V, C_E and C_I: the names of states in formulas (Confavreux et al. 2025). Only networks have them; the trace of
/// spikes that any other name means is the answer otherwise.
[[nodiscard]] Signal signal_named(std::string_view name);

/// w += on_pre at each presynaptic spike and w += on_post at each postsynaptic one, in w, the traces and parameters;
/// the weight is clamped to [w_min, w_max]. docs/explanation/spikes.md has the order of events within a step: traces
/// are read before they jump, so pre- and postsynaptic spikes of the same step do not interact.
struct EventRule {
  Expression on_pre;
  Expression on_post;
  std::vector<Trace> traces;  // those that the formulas use
  double w_min = 0;
  double w_max = std::numeric_limits<double>::infinity();

  /// The first trace that follows a state of the neuron rather than spikes; null where there is none.
  [[nodiscard]] const Trace* state() const {
    for (const Trace& each : traces) {
      if (each.signal != Signal::spikes) return &each;
    }
    return nullptr;
  }

  /// What the formulas are, where they are a perceptron's: too long to be read or run one by one.
  std::shared_ptr<const Perceptron> perceptron = {};
  // The normal forms in w and the traces, in that order, where both are polynomials.
  std::optional<Polynomial> pre_polynomial, post_polynomial;
};

/// Traces decay by factors e^(t/tau) over stretches of a lifetime, which must stay within the range of float.
inline constexpr double smallest_time_constant = 1e-3;  // seconds
inline constexpr double largest_time_constant = 1e3;

}  // namespace carve::rule
