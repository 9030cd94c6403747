// carve simplify: from a finished run to shorter rules, with intervals of their numbers and what pins these.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "carve/experiment/answer/answer.hpp"
#include "carve/experiment/simplify/directions.hpp"
#include "carve/experiment/simplify/front.hpp"
#include "carve/experiment/simplify/intervals.hpp"

namespace carve::experiment {

struct SimplifyOptions {
  std::optional<std::size_t> terms;   // how many the chosen rule has; else the knee
  std::vector<Override> changes;      // to the experiment on whose trials rules are fitted and measured
  double share = 0.05;                // of a knee
  std::optional<std::size_t> trials;  // that fit, that choose and that estimate, each; else by cost
  std::optional<std::size_t> refits;  // to fresh trials; else by cost
  int threads = 0;
  std::function<void(const std::string&)> on_phase;
};

/// How many trials are in each set; they share no trial.
struct SimplifyTrials {
  std::size_t fit = 0, choose = 0, held_out = 0, estimate = 0, refits = 0;
};

/// A number of the chosen rule.
struct Coefficient {
  std::string rule, name;  // of the connection; of the term, or of a parameter on a log scale
  double estimate = 0;     // of the parameter, without eta
  std::optional<Interval> by_curvature, by_refits;
};

/// What pins the numbers of one rule.
struct Pinned {
  std::size_t terms = 0;
  std::vector<std::string> names;  // of coordinates
  std::vector<Direction> by_curvature, by_search;
  std::optional<Manifold> manifold;
};

struct Simplified {
  std::unique_ptr<Experiment> experiment;
  std::string settings;  // what the front depends on beside the run
  double share = 0;
  SimplifyTrials trials;
  std::size_t start = 0;          // of the search: whose distribution the rule comes from
  std::vector<FrontPoint> front;  // [number of terms]
  std::size_t knee = 0;
  std::size_t chosen = 0;
  std::vector<double> values;  // of the chosen rule, estimated on trials that did not choose its terms
  Measured loss;               // of it, held out
  Measured difference;         // its loss minus that of all terms, held out, paired
  std::vector<Coefficient> coefficients;
  std::string default_method;  // "curvature" or "refits": whose intervals are shown first
  std::vector<Pinned> pinned;  // of the chosen rule, and of all terms where that is another
  std::string file;            // rule-K.toml
};

/// Opens the run, makes the front (or takes it from the record, where the same was asked before), estimates the chosen
/// rule, writes the record and rule-K.toml. Mistakes in the changes are reported; then it returns nothing. Throws
/// base::EnvironmentError. Docs: docs/explanation/simplify.md.
[[nodiscard]] std::optional<Simplified> simplify(const std::string& folder, const SimplifyOptions& options,
                                                 base::Diagnostics& diagnostics);

/// As JSON: what `carve simplify --json` prints, and what the record keeps.
[[nodiscard]] std::string simplified_json(const Simplified& simplified, int indent = -1);
/// Takes the front, its knee and the start from such a text, where it was made with the same settings: what a second
/// call need not compute again. False where it was not.
[[nodiscard]] bool recall_front(const std::string& json, Simplified& into);
/// The same for people.
[[nodiscard]] std::string simplified_text(const Simplified& simplified);

}  // namespace carve::experiment
