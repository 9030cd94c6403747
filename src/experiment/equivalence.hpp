// Do two rules do the same? Both live through the same trials; losses, weights and rates are compared in each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carve/evaluate/workers.hpp"
#include "carve/experiment/answer/measure.hpp"
#include "carve/experiment/experiment.hpp"
#include "carve/rule/found_rule.hpp"

namespace carve::experiment {

/// Whether a difference is smaller than a margin. Two one-sided tests at 5 % (Schuirmann 1987, J Pharmacokinet
/// Biopharm 15:657): within where the 90 % interval lies inside the margin, beyond where it lies outside.
enum class Verdict { within, beyond, undecided };
[[nodiscard]] std::string_view name_of(Verdict verdict);

/// Of a distance, which is never negative, only the upper test can fail.
[[nodiscard]] Verdict compare_with_margin(const Measured& difference, double margin);

struct Equivalence {
  std::size_t trials = 0;
  double margin = 0;  // a share
  Measured first, second;
  Measured loss;  // first minus second, paired
  double loss_margin = 0;
  Verdict same_loss = Verdict::undecided;

  /// |w_a - w_b| over the mean of |w_a| and |w_b|; of a recurrent network that of the mean weights.
  Measured weights;  // at the end
  Verdict same_weights = Verdict::undecided;
  std::vector<Measured> path;  // of rate networks: at equal distances along the lifetime, the start left out

  std::optional<Measured> rates;  // of networks that spike: |r_a - r_b| over the mean of both
  Verdict same_rates = Verdict::within;

  /// "equivalent", "equivalent, with other weights", "different" or "undecided".
  [[nodiscard]] std::string verdict() const;
};

/// rules: one for each connection of the experiment. `margin`: the share of the loss, of weights and of rates below
/// which a difference counts as none; of the loss at least so much of a hundredth of what a network without plasticity
/// loses (rate networks), since losses of nothing have no shares. The same bits for any number of threads.
[[nodiscard]] Equivalence compare_rules(const Experiment& experiment, const std::vector<rule::Rule>& first,
                                        const std::vector<rule::Rule>& second, double margin, std::size_t trials,
                                        const evaluate::Workers& workers);

/// What `carve equivalent --json` prints, and what it says to people.
[[nodiscard]] std::string equivalence_json(const Equivalence& equivalence);
[[nodiscard]] std::string equivalence_text(const Equivalence& equivalence);

}  // namespace carve::experiment
