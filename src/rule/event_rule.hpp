// Rules between spiking neurons: what each pre- and each postsynaptic spike does to a weight.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "carve/rule/expression.hpp"
#include "carve/rule/polynomial.hpp"

namespace carve::rule {

/// Whose spikes.
enum class Side : std::uint8_t { pre, post };

/// A number of each neuron on one side of a synapse: every spike of the neuron adds 1, and dx/dt = -x/tau.
struct Trace {
  std::string name;
  Side side = Side::pre;
  std::size_t time_constant = 0;  // which of the rule's parameters tau is, in seconds
};

/// w += on_pre at each presynaptic spike and w += on_post at each postsynaptic one, in w, the traces and parameters;
/// the weight is clamped to [w_min, w_max]. docs/explanation/spikes.md has the order of events within a step: traces
/// are read before they jump, so pre- and postsynaptic spikes of the same step do not interact.
struct EventRule {
  Expression on_pre;
  Expression on_post;
  std::vector<Trace> traces;  // those that the formulas use
  double w_min = 0;
  double w_max = std::numeric_limits<double>::infinity();
  // The normal forms in w and the traces, in that order, where both are polynomials.
  std::optional<Polynomial> pre_polynomial, post_polynomial;
};

/// Traces decay by factors e^(t/tau) over stretches of a lifetime, which must stay within the range of float.
inline constexpr double smallest_time_constant = 1e-3;  // seconds
inline constexpr double largest_time_constant = 1e3;

}  // namespace carve::rule
