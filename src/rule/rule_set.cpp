#include "carve/rule/rule_set.hpp"

#include <cassert>

namespace carve::rule {

std::size_t RuleSet::parameter_count() const {
  std::size_t count = 0;
  for (const RuleSpace& each : rules) count += each.parameters.size();
  return count;
}

std::span<const double> RuleSet::of(std::size_t index, std::span<const double> values) const {
  std::size_t first = 0;
  for (std::size_t i = 0; i < index; ++i) first += rules[i].parameters.size();
  return values.subspan(first, rules[index].parameters.size());
}

std::size_t RuleSet::rule_of(std::size_t index) const {
  std::size_t rule = 0;
  while (index >= rules[rule].parameters.size()) index -= rules[rule++].parameters.size();
  return rule;
}

const Parameter& RuleSet::parameter(std::size_t index) const {
  const std::size_t rule = rule_of(index);
  for (std::size_t i = 0; i < rule; ++i) index -= rules[i].parameters.size();
  return rules[rule].parameters[index];
}

std::string RuleSet::parameter_name(std::size_t index) const {
  const std::string& own = parameter(index).name;
  return rules.size() == 1 ? own : rules[rule_of(index)].name + "." + own;
}

std::vector<Rule> RuleSet::at(std::span<const double> values) const {
  std::vector<Rule> result;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::span<const double> own = of(i, values);
    result.push_back({rules[i], {own.begin(), own.end()}});
  }
  return result;
}

SearchCoordinates search_coordinates(const RuleSet& set) {
  SearchCoordinates all;
  const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  std::size_t first = 0;
  for (const RuleSpace& space : set.rules) {
    const SearchCoordinates own = search_coordinates(space);
    for (const std::size_t parameter : own.parameters) all.parameters.push_back(first + parameter);
    append(all.initial, own.initial);
    append(all.lower, own.lower);
    append(all.upper, own.upper);
    first += space.parameters.size();
  }
  return all;
}

std::vector<double> parameter_values(const RuleSet& set, std::span<const double> point) {
  std::vector<double> all;
  for (const RuleSpace& space : set.rules) {
    const std::size_t searched = search_coordinates(space).parameters.size();
    const std::vector<double> own = parameter_values(space, point.first(searched));
    all.insert(all.end(), own.begin(), own.end());
    point = point.subspan(searched);
  }
  assert(point.empty());
  return all;
}

std::vector<double> search_point(const RuleSet& set, std::span<const double> values) {
  std::vector<double> all;
  for (std::size_t i = 0; i < set.rules.size(); ++i) {
    const std::vector<double> own = search_point(set.rules[i], set.of(i, values));
    all.insert(all.end(), own.begin(), own.end());
  }
  return all;
}

double l1_norm(const RuleSet& set, std::span<const double> values) {
  double sum = 0;
  for (std::size_t i = 0; i < set.rules.size(); ++i) sum += l1_norm(set.rules[i], set.of(i, values));
  return sum;
}

}  // namespace carve::rule
