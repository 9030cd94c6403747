// Families of event rules that are one pair of formulas: what a file leaves out is put in, the rest is read as text.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "carve/rule/family.hpp"

namespace carve::rule {

/// Formulas in the language of events_family.cpp. Parameters that a file does not set are searched from 0, but for
/// those that have a default, and eta, which every such family has and a file must set.
struct FormulaFamily {
  std::string name;
  std::string on_pre;
  std::string on_post;
  base::Table traces;    // empty: x_pre and x_post
  base::Table defaults;  // of time constants, as in a file
};

/// One whose formulas read V, C_E, C_I, and a quick and a slow trace of either side: x_pre, slow_pre, x_post,
/// slow_post, with the time constants of Confavreux et al. (2025). quick: that of x_pre and x_post.
[[nodiscard]] FormulaFamily state_family(std::string name, std::string on_pre, std::string on_post, std::string quick);
/// The fields of the states' time constants.
[[nodiscard]] std::vector<base::FieldInfo> state_time_constants();

/// Reads [rule.NAME] of such a family. Reports every mistake; then returns nothing.
[[nodiscard]] std::unique_ptr<RuleSpace> read_formula_family(const FormulaFamily& family, const base::Table& table,
                                                             const base::Span& place, const FamilyContext& context,
                                                             base::Table& resolved, base::Diagnostics& diagnostics);

/// "x_pre = 'pre'" and so on as a table of texts.
[[nodiscard]] base::Table texts(const std::vector<std::pair<std::string, std::string>>& entries);

/// The fields that all of them have: eta first, then `own`, then the bounds of the weight.
[[nodiscard]] std::vector<base::FieldInfo> with_usual_fields(std::vector<base::FieldInfo> own);
/// A parameter that is searched from 0 unless it is set.
[[nodiscard]] base::FieldInfo searched_number(std::string name, std::string brief);
/// A time constant and its default, as in a file.
[[nodiscard]] base::FieldInfo time_constant(std::string name, std::string brief, std::string fallback);

}  // namespace carve::rule
