// What is searched: a formula in the variables x, y, w and in parameters with bounds, scales and fixed values.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "carve/base/diagnostic.hpp"
#include "carve/base/units.hpp"
#include "carve/base/value.hpp"
#include "carve/rule/event_rule.hpp"
#include "carve/rule/expression.hpp"
#include "carve/rule/polynomial.hpp"
#include "carve/rule/program.hpp"

namespace carve::rule {

/// A free number of a rule. `initial`, `lower`, `upper` and `fixed` are in its own unit, also where it is searched on a
/// log scale (then all are > 0).
struct Parameter {
  std::string name;
  double initial = 0;
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  bool log_scale = false;
  std::optional<double> fixed;               // not searched
  bool penalised = false;                    // counts in the L1 norm; never where it is fixed
  base::Span span;                           // where the user set it, else where the rule stands
  std::optional<base::Dimension> dimension;  // of a quantity with a unit, such as a time constant; its numbers are SI
};

/// "x", "y", "w": pre- and postsynaptic activity and weight, the variables of rules between rate neurons.
[[nodiscard]] const std::vector<std::string>& rate_variables();

/// dw/dt of one connection: `dw` in the variables and the parameters; between spiking neurons `events` instead.
struct RuleSpace {
  std::string name;                          // NAME of [rule.NAME]
  Expression dw;                             // per step
  std::vector<std::string> variables;        // rate_variables()
  std::vector<Parameter> parameters;         // all of them, in a fixed order: the order of `values` below
  double eta = 1;                            // a family's learning rate, a factor of all of dw (of both events), where
                                             // the search starts if it is searched; 1 for a rule in text
  std::optional<std::size_t> eta_parameter;  // which parameter that is; nothing for a rule in text
  std::optional<Polynomial> polynomial;      // dw's normal form in the variables, eta included, if it is a polynomial
  std::optional<EventRule> events;           // what spikes do to the weight (event_rule.hpp); dw then is 0
  Program<double> coefficient_program;       // parameters -> coefficients of `polynomial`, or of the events'
  base::Table resolved;                      // [rule.NAME] as it was read, every default written out
  /// [rule.NAME] with every parameter fixed at one of `values`; each family has its own way to say it.
  base::Table (*fixed_table)(const RuleSpace& space, std::span<const double> values) = nullptr;
};

/// The searched parameters as an optimiser sees them: coordinates in the order of `parameters`, logarithms where the
/// scale is one. Bounds may be infinite.
struct SearchCoordinates {
  std::vector<std::size_t> parameters;  // which parameter each coordinate is
  std::vector<double> initial, lower, upper;
};
[[nodiscard]] SearchCoordinates search_coordinates(const RuleSpace& space);

/// All parameters' values for a point of the search (one number per coordinate), fixed ones included; within bounds.
[[nodiscard]] std::vector<double> parameter_values(const RuleSpace& space, std::span<const double> point);
/// The point of the search at which the parameters have these values.
[[nodiscard]] std::vector<double> search_point(const RuleSpace& space, std::span<const double> values);

/// The coefficients of the normal form, eta included, in the order of `polynomial->terms`. Precondition: polynomial.
[[nodiscard]] std::vector<double> coefficients(const RuleSpace& space, std::span<const double> values);

/// Sum of |value| over the penalised parameters, first to last: the polynomial family's searched thetas; in a rule in
/// text every searched parameter without log scale.
[[nodiscard]] double l1_norm(const RuleSpace& space, std::span<const double> values);

/// The names of `dw` for `compile`: all parameters (candidate), then x (synapse), y (step), w (synapse).
[[nodiscard]] std::vector<Input> inputs(const RuleSpace& space);

/// Reads the table [rule.NAME] (`place`: where it stands): `family = "..."` with the family's fields, or `dw = "..."`
/// with a value or a table of settings per parameter. Reports every mistake; then returns nothing.
[[nodiscard]] std::optional<RuleSpace> read_rule_space(const std::string& name, const base::Table& table,
                                                       const base::Span& place, base::Diagnostics& diagnostics);

}  // namespace carve::rule
