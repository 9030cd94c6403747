// Families of rules between spiking neurons, read from [rule.NAME] like those of rate neurons.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "carve/rule/family.hpp"

namespace carve::rule {

/// All families of event rules; "events" is the one that a table with `on_pre` and no `family` means.
[[nodiscard]] const std::vector<const Family*>& event_families();

extern const Family events_family;
extern const Family six_parameter_family;
extern const Family product_polynomial_family;
extern const Family mlp_family;

/// Reads the table [rule.NAME] (`place`: where it stands) as a rule between spiking neurons: `family = "..."`, or
/// `on_pre` and `on_post` with a value or a table of settings per parameter. Its space has `events`, so that searches,
/// rule sets and tables handle it like any other. Reports every mistake; then returns nothing.
[[nodiscard]] std::optional<RuleSpace> read_event_rule(const std::string& name, const base::Table& table,
                                                       const base::Span& place, base::Diagnostics& diagnostics);

/// The coefficients of the normal forms, in the order of their terms. Precondition: both are polynomials.
struct EventCoefficients {
  std::vector<double> pre, post;
};
[[nodiscard]] EventCoefficients event_coefficients(const RuleSpace& space, std::span<const double> values);

/// The names of on_pre or on_post for `compile`: all parameters (candidate), w (synapse) and the traces, of which those
/// of the neuron that spikes are the same for all its synapses (step).
[[nodiscard]] std::vector<Input> event_inputs(const RuleSpace& space, Side spiking);

}  // namespace carve::rule
