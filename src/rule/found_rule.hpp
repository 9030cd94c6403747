// A rule with its numbers: its terms, its formula for people, and rule.toml.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "carve/base/diagnostic.hpp"
#include "carve/base/value.hpp"
#include "carve/rule/rule_space.hpp"

namespace carve::rule {

/// One member of a rule space. `values`: one per parameter of the space, all finite.
struct Rule {
  RuleSpace space;
  std::vector<double> values;
};

/// One term of a rule in normal form; `coefficient` without eta for families (for text rules eta is 1). Of a rule
/// between spiking neurons it says at whose spikes the term counts: "pre: x_post" is in on_pre, "post: 1" in on_post.
struct Term {
  std::string term;               // "x*y", "pre: x_post"
  Exponents exponents;            // of the space's variables
  double coefficient;             // times eta: the change per step, or per spike
  std::optional<Side> side = {};  // whose spikes; nothing for rate neurons
};

/// The terms with a coefficient that is not 0, largest absolute value first (ties: the order of the normal form, on_pre
/// before on_post). Empty where the rule has no normal form.
[[nodiscard]] std::vector<Term> terms(const Rule& rule);

/// dw = scale * (main term + sum of the other terms, relative to the main one). The main term is x*y if it has at least
/// a tenth of the largest coefficient, else the largest; the others follow by size. `scale` includes eta. The search
/// pins the ratios far better than the scale, which is traded against eta and the length of a lifetime (science.md
/// section 2).
/// Between spiking neurons one scale belongs to both events, and the terms that pair spikes stand for x*y: first a
/// presynaptic trace alone at postsynaptic spikes ("post: x_pre", pre before post), else a postsynaptic trace alone at
/// presynaptic spikes ("pre: x_post"); of several traces the one with the largest coefficient.
struct Factored {
  double scale = 0;
  std::vector<Term> terms;  // the main one first, with coefficient 1; empty for a rule that is 0
};
[[nodiscard]] Factored factored(const Rule& rule);

struct FormulaOptions {
  int digits = 3;         // significant ones
  double hide_below = 0;  // terms smaller than this share of the main term become "..."
};

/// The rule for people: "dw = 0.0086 (x y - 0.99 y^2 w)"; a rule without normal form as its text with the numbers put
/// in, less the terms that have a factor 0. Between spiking neurons, in the words of the file and of Brian:
/// "on pre: w += 0.001 (x_post - 0.2); on post: w += 0.001 x_pre; tau_pre = 20 ms, tau_post = 20 ms; 0 <= w <= 10",
/// where a lone term of an event is multiplied out and only time constants of traces that are shown appear.
[[nodiscard]] std::string formula_text(const Rule& rule, const FormulaOptions& options = {});
/// The same as LaTeX for math mode: "\Delta w = 0.0086 \left( x y - 0.99 y^{2} w \right)". Between spiking neurons two
/// cases, and a second line with time constants and bounds (aligned, cases, \text: amsmath).
[[nodiscard]] std::string formula_latex(const Rule& rule, const FormulaOptions& options = {});
/// The same as a complete <math> element.
[[nodiscard]] std::string formula_mathml(const Rule& rule, const FormulaOptions& options = {});

/// The right-hand side with every digit, in the language of parse.hpp: "0.02*(0.43*x*y - 0.42*y^2*w)". Between spiking
/// neurons the whole rule as one value of a TOML file, which read_event_rule reads (terms that are 0, their traces and
/// bounds that are the usual ones left out; `rule.NAME = ` and this text is a rule in a file):
/// { on_pre = "0.001*(1*x_post - 0.2)", on_post = "0", tau_post = "20 ms", w_max = 10.0 }
[[nodiscard]] std::string exact_text(const Rule& rule);

/// The rule as the table [rule.NAME] of a file: everything fixed. read_rule_space (read_event_rule) of it gives the
/// same formulas and, to the bit, the same values and coefficients.
[[nodiscard]] base::Table to_table(const Rule& rule);

/// rule.toml: the formulas as comments, then a table [rule.NAME] per rule.
[[nodiscard]] std::string to_toml(std::span<const Rule> rules);

/// The rule a space with nothing left to search describes; reports each parameter that has no fixed value.
[[nodiscard]] std::optional<Rule> fixed_rule(RuleSpace space, base::Diagnostics& diagnostics);

}  // namespace carve::rule
