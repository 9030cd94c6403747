// The derivatives of a rule by everything it depends on: what exact gradients of a search need.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "carve/rule/program.hpp"
#include "carve/rule/rule_set.hpp"

namespace carve::rule {

/// The derivatives of dw. Compiled together, with dw or without, they share their common parts.
struct RuleDerivatives {
  std::vector<Expression> by_variable;   // in the order of `space.variables`
  std::vector<Expression> by_parameter;  // one per searched parameter, in the order of search_coordinates()
};
[[nodiscard]] RuleDerivatives derivatives(const RuleSpace& space);

/// True for the literal 0, which is what a formula's derivative by a name that is not in it is.
[[nodiscard]] bool vanishes(const Expression& derivative);

/// The way back from the coefficients of the normal form to the searched parameters. Precondition: a polynomial.
class CoefficientDerivatives {
 public:
  explicit CoefficientDerivatives(const RuleSpace& space);

  /// From d loss / d coefficient, in the order of `polynomial->terms`, to d loss / d parameter for each searched one,
  /// in the order of search_coordinates(). `values`: all parameters. Sums run over the terms in their order.
  [[nodiscard]] std::vector<double> pull_back(std::span<const double> values,
                                              std::span<const double> by_coefficient) const;

 private:
  struct Entry {
    std::size_t term;
    std::size_t coordinate;
  };
  Program<double> program_;  // all parameters -> derivatives that are not always 0
  std::vector<Entry> entries_;
  std::size_t coordinates_ = 0;
};

/// From d loss / d parameter of each searched parameter, rule by rule, to d loss / d coordinate of the search: times
/// the parameter's value where the coordinate is its logarithm. `values`: all parameters of all rules.
[[nodiscard]] std::vector<double> search_gradient(const RuleSet& set, std::span<const double> values,
                                                  std::span<const double> by_parameter);

}  // namespace carve::rule
