// The derivatives of a rule by everything it depends on, compiled together: what exact gradients of a search need.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "carve/rule/program.hpp"
#include "carve/rule/rule_space.hpp"

namespace carve::rule {

/// dw and its derivatives as one program: results[0] is dw, then one derivative for each of `space.variables`, in
/// their order, then one for each searched parameter, in the order of search_coordinates().
template <class Real>
struct DerivativeProgram {
  Program<Real> program;            // inputs: those of inputs(space)
  std::vector<Expression> results;  // the formulas behind program.results; the literal 0 where nothing depends on it
  std::size_t first_parameter = 0;  // where in the results the parameters' derivatives begin
};
template <class Real>
[[nodiscard]] DerivativeProgram<Real> derivative_program(const RuleSpace& space);

extern template DerivativeProgram<float> derivative_program<float>(const RuleSpace&);
extern template DerivativeProgram<double> derivative_program<double>(const RuleSpace&);

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

/// From d loss / d parameter of each searched parameter to d loss / d coordinate of the search: times the parameter's
/// value where the coordinate is its logarithm. `values`: all parameters.
[[nodiscard]] std::vector<double> search_gradient(const RuleSpace& space, std::span<const double> values,
                                                  std::span<const double> by_parameter);

}  // namespace carve::rule
