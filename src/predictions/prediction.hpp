// What an experimenter would measure of a synapse that follows a rule: protocols, their figures, a sentence each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "carve/base/diagnostic.hpp"
#include "carve/rule/found_rule.hpp"

namespace carve::predictions {

struct Curve {
  std::string name;       // "+10 ms"
  std::vector<double> y;  // one for each x; not a number where a formula is not one
};

struct Figure {
  std::vector<double> x;
  std::vector<std::string> labels;  // of x, where these are conditions rather than numbers
  std::vector<Curve> curves;
  std::string words;  // what the figure says, from its numbers
};

/// An experiment: to add one, a definition and a line in protocols.cpp.
struct Protocol {
  std::string name;   // "stdp_window": of files
  std::string title;  // "One pair of spikes"
  std::string brief;  // what is done
  std::string cite;   // a key of docs/references.md; empty where it is nobody's
  std::string x, y;   // axes, with units
  /// On a synapse whose weight is `w`.
  Figure (*measure)(const rule::Rule& rule, double w);
};

/// All protocols of rules between spiking neurons, or between rate neurons.
[[nodiscard]] const std::vector<const Protocol*>& spike_protocols();
[[nodiscard]] const std::vector<const Protocol*>& rate_protocols();
[[nodiscard]] const std::vector<const Protocol*>& protocols_of(const rule::Rule& rule);

/// A rule, and what it is called beside others.
struct Labelled {
  std::string label;
  rule::Rule rule;
};

/// A state of the postsynaptic neuron, V, C_E or C_I, that an experimenter clamps: its low-passed value is the same.
struct Held {
  std::string state;
  double volts = 0;
};

/// The experiment in which rules differ most.
struct Distinction {
  std::string protocol, curve;
  std::size_t point = 0;  // of the figure's x
  double separation = 0;
  std::vector<std::string> low, high;  // labels of the rules on each side of the gap
  std::string words;
};

struct Predicted {
  const Protocol* protocol;
  std::vector<Figure> figures;  // one per rule; all have the same x and curves
};

struct Predictions {
  double weight = 1;
  std::vector<Held> held;
  std::vector<Labelled> rules;
  std::vector<Predicted> protocols;
  std::vector<Distinction> distinctions;  // one per protocol that tells rules apart, the largest separation first
};

/// "V=-65mV", and the like for C_E and C_I. Reports what is neither; then returns nothing.
[[nodiscard]] std::optional<Held> read_held(std::string_view text, base::Diagnostics& diagnostics);

/// The rule where these states never change: numbers in its formulas.
[[nodiscard]] rule::Rule with_held(rule::Rule rule, const std::vector<Held>& held);

/// All protocols on all rules, with these states held. Reports rules that differ in kind, and states that a rule reads
/// and nobody holds; then returns nothing.
[[nodiscard]] std::optional<Predictions> predict(std::vector<Labelled> rules, double weight, std::vector<Held> held,
                                                 base::Diagnostics& diagnostics);

/// Where rules would be told apart. A rule's amplitude is traded against its learning rate and the number of pairings,
/// so its values in a protocol are taken relative to their root mean square there. At each condition the rules are
/// split at the largest gap between neighbours, and the separation is
///     gap / sqrt(s^2 + 0.1^2)
/// with s the larger standard deviation within the two groups, and 0.1 for the error of a measurement: a tenth of the
/// protocol's usual effect. Protocols that reach no separation of 1 are left out.
[[nodiscard]] std::vector<Distinction> distinctions(const Predictions& predictions);

/// As a JSON document (docs/reference/json.md).
[[nodiscard]] std::string json_text(const Predictions& predictions);
/// One figure of all rules as CSV: x, then a column per rule and curve.
[[nodiscard]] std::string csv_text(const Predicted& predicted, const std::vector<Labelled>& rules);

}  // namespace carve::predictions
