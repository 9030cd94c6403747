// What a file may say about the polynomial family.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "carve/base/schema.hpp"
#include "carve/rule/polynomial.hpp"
#include "carve/rule/setting.hpp"

namespace carve::rule {

/// What the file says about one term.
struct TermSetting {
  Exponents exponents;
  std::string text;
  base::Span key_span;
  Setting setting;
};

struct PolynomialOptions {
  std::array<std::int64_t, 3> degrees{2, 2, 2};
  double eta = 0.02;
  Setting every;  // init, lower and upper of all coefficients
  std::vector<TermSetting> terms;
};

[[nodiscard]] const base::Schema<PolynomialOptions>& polynomial_schema();

/// Reports terms outside the degrees and terms that are set twice ("x*y" and "y*x").
[[nodiscard]] bool check_terms(const PolynomialOptions& options, base::Diagnostics& diagnostics);

}  // namespace carve::rule
