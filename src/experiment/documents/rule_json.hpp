// Rules as parts of documents: formulas, terms, and what removing a term costs.
#pragma once

#include <vector>

#include "carve/experiment/answer/answer.hpp"
#include "carve/experiment/documents/json.hpp"

namespace carve::experiment {

/// Rules of one candidate, by connection: for reading only.
[[nodiscard]] Json formulas(const std::vector<rule::Rule>& rules);
/// Rules with everything that a page wants to say about them, by connection.
[[nodiscard]] Json json_of(const std::vector<rule::Rule>& rules, const std::vector<TermEvidence>& evidence);
/// The coefficients at one point of the search, by connection and term (or by name, for a rule that is no polynomial).
[[nodiscard]] Json coefficients_of(const rule::RuleSet& set, const std::vector<double>& values);

}  // namespace carve::experiment
