#include "carve/rule/rule_space.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "carve/base/scalar_math.hpp"
#include "carve/rule/family.hpp"

namespace carve::rule {

const std::vector<std::string>& rate_variables() {
  static const std::vector<std::string> variables{"x", "y", "w"};
  return variables;
}

SearchCoordinates search_coordinates(const RuleSpace& space) {
  SearchCoordinates result;
  for (std::size_t i = 0; i < space.parameters.size(); ++i) {
    const Parameter& each = space.parameters[i];
    if (each.fixed) continue;
    const auto scaled = [&](double value) { return each.log_scale ? base::log(value) : value; };
    result.parameters.push_back(i);
    result.initial.push_back(scaled(each.initial));
    result.lower.push_back(each.log_scale && !std::isfinite(each.lower) ? each.lower : scaled(each.lower));
    result.upper.push_back(scaled(each.upper));
  }
  return result;
}

std::vector<double> parameter_values(const RuleSpace& space, std::span<const double> point) {
  std::vector<double> values;
  std::size_t next = 0;
  for (const Parameter& each : space.parameters) {
    if (each.fixed) {
      values.push_back(*each.fixed);
      continue;
    }
    assert(next < point.size());
    const double coordinate = point[next++];
    // Rounding in exp may step over a bound by a last bit. Not-a-number stays what it is.
    const double value = each.log_scale ? base::exp(coordinate) : coordinate;
    values.push_back(value < each.lower ? each.lower : value > each.upper ? each.upper : value);
  }
  assert(next == point.size());
  return values;
}

std::vector<double> search_point(const RuleSpace& space, std::span<const double> values) {
  assert(values.size() == space.parameters.size());
  std::vector<double> point;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Parameter& each = space.parameters[i];
    if (!each.fixed) point.push_back(each.log_scale ? base::log(values[i]) : values[i]);
  }
  return point;
}

std::vector<double> coefficients(const RuleSpace& space, std::span<const double> values) {
  assert(space.polynomial);
  std::vector<double> result(space.polynomial->terms.size());
  std::vector<double> registers;
  run<double>(space.coefficient_program, values, registers, result);
  return result;
}

double l1_norm(const RuleSpace& space, std::span<const double> values) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (space.parameters[i].penalised) sum += std::fabs(values[i]);
  }
  return sum;
}

std::vector<Input> inputs(const RuleSpace& space) {
  std::vector<Input> result;
  for (const Parameter& each : space.parameters) result.push_back({each.name, Level::candidate});
  for (const std::string& each : space.variables) result.push_back({each, each == "y" ? Level::step : Level::synapse});
  return result;
}

void finish(RuleSpace& space) {
  space.polynomial = normal_form(space.dw, space.variables);
  if (!space.polynomial) return;
  std::vector<Expression> formulas;
  for (const auto& [exponents, coefficient] : space.polynomial->terms) formulas.push_back(coefficient);
  std::vector<Input> parameters = inputs(space);
  parameters.resize(space.parameters.size());
  space.coefficient_program = compile<double>(formulas, parameters);
}

std::optional<RuleSpace> read_rule_space(const std::string& name, const base::Table& table, const base::Span& place,
                                         base::Diagnostics& diagnostics) {
  const base::Value* family = table.find("family");
  const Family* chosen = &text_family;
  if (!family && !table.find("dw")) {
    diagnostics.error(place, "[rule." + name + "] has neither 'family' nor 'dw'",
                      "for example dw = \"eta*(x*y - y^2*w)\" or family = \"polynomial\"");
    return std::nullopt;
  }
  if (family) chosen = base::find_component(families(), table, place, "family", "family of rules", diagnostics);
  if (!chosen) return std::nullopt;
  const auto has_dw = [](const base::Entry& entry) { return entry.key == "dw"; };
  const auto dw = std::find_if(table.entries.begin(), table.entries.end(), has_dw);
  if (chosen != &text_family && dw != table.entries.end()) {
    diagnostics.error(dw->key_span,
                      "a rule is either a family or a text: family = \"" + chosen->name + "\" has no 'dw'",
                      "remove 'dw' or 'family'");
    return std::nullopt;
  }
  base::Table resolved;
  const auto space = chosen->make(table, place, FamilyContext{name}, resolved, diagnostics);
  if (!space) return std::nullopt;
  space->resolved = std::move(resolved);
  return std::move(*space);
}

}  // namespace carve::rule
