// Shorter and shorter rules: terms taken out one by one, or by an L1 path, the rest fitted again, and what each costs.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "carve/experiment/answer/measure.hpp"
#include "carve/experiment/answer/refit.hpp"
#include "carve/experiment/experiment.hpp"
#include "carve/experiment/simplify/curvature.hpp"

namespace carve::experiment {

/// One complexity.
struct FrontPoint {
  std::vector<std::size_t> kept;  // parameters: the terms that are left
  std::vector<double> values;     // of all parameters, fitted
  std::string by;                 // "all": nothing taken out; "elimination", "l1" or "growth", what found the terms
  Measured loss;                  // on held-out trials
  Measured excess;                // over the best point's loss there, paired
};

/// Everything that fits, with the trials that fit and those that choose.
struct Simplifier {
  FitContext fitting;
  evaluate::Trials choosing;
  bool smooth = true;     // the loss has slopes: Newton's steps fit; else CMA-ES
  bool thorough = false;  // what is left is fitted for every term that might go, not only for the cheapest one
  bool grow = true;       // terms are put back too, upwards from the shortest rules
  Refit refit;            // of CMA-ES
};

/// Parameters that are fitted beside the coefficients `kept`: searched ones on a log scale that the rule reads, less
/// the learning rate, which only scales coefficients that are fitted anyway.
[[nodiscard]] std::vector<std::size_t> fitted_with(const rule::RuleSet& rules, const std::vector<double>& values,
                                                   const std::vector<std::size_t>& kept);

/// `values` with `kept` (and fitted_with) fitted; all other coefficients that could be taken out must be 0 already.
[[nodiscard]] std::vector<double> fit(const Simplifier& with, const std::vector<double>& values,
                                      const std::vector<std::size_t>& kept);

/// From all of `terms` down to none, one point for each number of terms, the shortest first: the best, on the choosing
/// trials, of what elimination, the L1 path and growth lead to. Losses are still to be measured. `progress`, where
/// given, is told how many terms are left.
[[nodiscard]] std::vector<FrontPoint> front(const Simplifier& with, const std::vector<double>& values,
                                            const std::vector<std::size_t>& terms,
                                            const std::function<void(std::size_t)>& progress = {});

/// Which coefficients are not 0 along the path from none to all of
///   1/2 (z - z0)' H (z - z0) + lambda sum |z_i| / |z0_i|
/// (Wang & Leng 2007, J Am Stat Assoc 102:1039: the loss is approximated by its curvature at the fit z0; weights as in
/// the adaptive lasso). Positions in z0; each set once, in order of falling lambda.
[[nodiscard]] std::vector<std::vector<std::size_t>> l1_path(const Symmetric& hessian, const std::vector<double>& z0);

/// The place in `points` of the fewest terms whose held-out loss is above the best one's by at most two paired standard
/// errors, or by at most `share` of it; fills in every excess.
[[nodiscard]] std::size_t knee(std::vector<FrontPoint>& points, const std::vector<std::vector<double>>& losses,
                               double share);

}  // namespace carve::experiment
