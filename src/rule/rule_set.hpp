// The rules of all plastic connections of a network, searched together.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "carve/rule/found_rule.hpp"
#include "carve/rule/rule_space.hpp"

namespace carve::rule {

/// One space per connection. A candidate's values are those of each rule's parameters, one rule after another; so are
/// the coordinates of a point of the search.
struct RuleSet {
  std::vector<RuleSpace> rules;

  [[nodiscard]] std::size_t parameter_count() const;
  /// The values that belong to rule `index`.
  [[nodiscard]] std::span<const double> of(std::size_t index, std::span<const double> values) const;
  /// Parameter number `index` of the candidate's values.
  [[nodiscard]] const Parameter& parameter(std::size_t index) const;
  /// Which rule that parameter belongs to.
  [[nodiscard]] std::size_t rule_of(std::size_t index) const;
  /// The parameter as a name for people and tables: with its rule's name in front where there are several rules.
  [[nodiscard]] std::string parameter_name(std::size_t index) const;
  /// Each rule with its numbers.
  [[nodiscard]] std::vector<Rule> at(std::span<const double> values) const;
};

// What rule_space.hpp says of one rule, for all of them together.
[[nodiscard]] SearchCoordinates search_coordinates(const RuleSet& set);
[[nodiscard]] std::vector<double> parameter_values(const RuleSet& set, std::span<const double> point);
[[nodiscard]] std::vector<double> search_point(const RuleSet& set, std::span<const double> values);
[[nodiscard]] double l1_norm(const RuleSet& set, std::span<const double> values);

}  // namespace carve::rule
