// Families of rules: each a file with its fields and one line in families.cpp.
#pragma once

#include <string>
#include <vector>

#include "carve/base/component.hpp"
#include "carve/rule/rule_space.hpp"

namespace carve::rule {

/// What a family needs to know beyond its own fields.
struct FamilyContext {
  std::string name;  // NAME of [rule.NAME]
};

using Family = base::Component<RuleSpace, FamilyContext>;

/// All families; "text" is the one that a table with `dw` and no `family` means.
[[nodiscard]] const std::vector<const Family*>& families();

extern const Family polynomial_family;
extern const Family text_family;

/// Completes a space whose name, dw, variables, parameters, eta and resolved table are set: normal form and the program
/// of its coefficients.
void finish(RuleSpace& space);

}  // namespace carve::rule
