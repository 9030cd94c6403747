#include "carve/rule/rule_derivatives.hpp"

#include <cassert>

#include "carve/rule/derive.hpp"

namespace carve::rule {

bool vanishes(const Expression& e) { return e.operation() == Operation::number && e.value() == 0; }

RuleDerivatives derivatives(const RuleSpace& space) {
  RuleDerivatives result;
  for (const std::string& variable : space.variables) result.by_variable.push_back(derivative(space.dw, variable));
  for (const Parameter& each : space.parameters) {
    if (!each.fixed) result.by_parameter.push_back(derivative(space.dw, each.name));
  }
  return result;
}

CoefficientDerivatives::CoefficientDerivatives(const RuleSpace& space) {
  assert(space.polynomial);
  std::vector<Expression> formulas;
  for (const Parameter& parameter : space.parameters) {
    if (parameter.fixed) continue;
    std::size_t term = 0;
    for (const auto& [exponents, coefficient] : space.polynomial->terms) {
      const Expression derived = derivative(coefficient, parameter.name);
      if (!vanishes(derived)) {
        formulas.push_back(derived);
        entries_.push_back({term, coordinates_});
      }
      ++term;
    }
    ++coordinates_;
  }
  std::vector<Input> parameters = inputs(space);
  parameters.resize(space.parameters.size());
  program_ = compile<double>(formulas, parameters);
}

std::vector<double> CoefficientDerivatives::pull_back(std::span<const double> values,
                                                      std::span<const double> by_coefficient) const {
  std::vector<double> derivatives(entries_.size());
  std::vector<double> registers;
  run<double>(program_, values, registers, derivatives);
  std::vector<double> result(coordinates_, 0.0);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    result[entries_[i].coordinate] += by_coefficient[entries_[i].term] * derivatives[i];
  }
  return result;
}

std::vector<double> search_gradient(const RuleSet& set, std::span<const double> values,
                                    std::span<const double> by_parameter) {
  std::vector<double> result(by_parameter.begin(), by_parameter.end());
  std::size_t next = 0;
  for (const std::size_t i : search_coordinates(set).parameters) {
    if (set.parameter(i).log_scale) result[next] *= values[i];
    ++next;
  }
  assert(next == result.size());
  return result;
}

}  // namespace carve::rule
