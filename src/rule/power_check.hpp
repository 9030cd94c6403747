// Finds powers that would be not-a-number for a negative base, before anything runs.
#pragma once

#include "carve/base/diagnostic.hpp"
#include "carve/rule/rule_space.hpp"

namespace carve::rule {

/// Reports each power in `dw` whose exponent is no whole number while its base may be negative, judged from the
/// parameters' bounds and fixed values; variables may have any sign.
void check_powers(const Expression& dw, const std::vector<Parameter>& parameters, const base::Span& place,
                  base::Diagnostics& diagnostics);

}  // namespace carve::rule
