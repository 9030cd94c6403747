#include "carve/app/bench/rules.hpp"

#include <cassert>

#include "carve/base/random.hpp"

namespace carve::app {
namespace {

rule::RuleSpace read(const base::Table& table) {
  base::Diagnostics diagnostics;
  auto space = rule::read_rule_space("feedforward", table, {}, diagnostics);
  assert(space);
  return std::move(*space);
}

double oja(const std::string& name) {
  if (name == "theta_110" || name == "A") return 1;
  if (name == "theta_021" || name == "B") return -1;
  return 0;
}

}  // namespace

rule::RuleSpace dense_rule() {
  base::Table table;
  table.set("family", {std::string("polynomial"), {}});
  table.set("degree", {std::int64_t{2}, {}});
  table.set("eta", {0.02, {}});
  return read(table);
}

rule::RuleSpace text_rule(const std::string& dw) {
  base::Table table;
  table.set("dw", {dw, {}});
  return read(table);
}

std::vector<std::vector<double>> near_oja(const rule::RuleSet& rules, std::size_t count) {
  std::vector<std::vector<double>> candidates(count);
  std::vector<double> noise(rules.parameter_count());
  for (std::size_t i = 0; i < count; ++i) {
    base::fill_normal({.seed = 1, .purpose = base::Purpose::planted_rules, .trial = static_cast<std::uint32_t>(i)},
                      std::span<double>(noise));
    for (std::size_t k = 0; k < noise.size(); ++k) {
      const rule::Parameter& parameter = rules.parameter(k);
      const double sign = rules.rule_of(k) == 0 ? 1 : -1;
      candidates[i].push_back(parameter.fixed ? *parameter.fixed : sign * oja(parameter.name) + 0.02 * noise[k]);
    }
  }
  return candidates;
}

}  // namespace carve::app
