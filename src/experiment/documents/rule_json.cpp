#include "carve/experiment/documents/rule_json.hpp"

#include <nlohmann/json.hpp>

#include "carve/rule/print.hpp"

namespace carve::experiment {
namespace {

/// Small terms of long rules are left out of formulas for people; `exact` and `terms` have them all.
constexpr rule::FormulaOptions short_formula{.digits = 3, .hide_below = 0.01};

Json json_of(const rule::Rule& rule, const std::vector<TermEvidence>& evidence) {
  Json terms = Json::array();
  const rule::Factored factored = rule::factored(rule);
  for (const rule::Term& term : rule::terms(rule)) {
    Json entry{{"term", term.term}, {"coefficient", term.coefficient}};
    for (const rule::Term& relative : factored.terms) {
      if (relative.term == term.term) entry["relative"] = relative.coefficient;
    }
    for (const TermEvidence& each : evidence) {
      if (each.rule == rule.space.name && each.term == term.term) entry["removal"] = json_of(each.removal);
    }
    terms.push_back(std::move(entry));
  }
  return {{"formula", rule::formula_text(rule, short_formula)},
          {"latex", rule::formula_latex(rule, short_formula)},
          {"mathml", rule::formula_mathml(rule, short_formula)},
          {"exact", rule::exact_text(rule)},
          {"scale", number(factored.scale)},
          {"terms", std::move(terms)}};
}

Json coefficients_of(const rule::Rule& rule) {
  Json json = Json::object();
  if (rule.space.polynomial) {
    for (const rule::Term& term : rule::terms(rule)) json[term.term] = number(term.coefficient);
  } else {
    for (std::size_t i = 0; i < rule.values.size(); ++i) {
      if (!rule.space.parameters[i].fixed) json[rule.space.parameters[i].name] = number(rule.values[i]);
    }
  }
  return json;
}

}  // namespace

Json formulas(const std::vector<rule::Rule>& rules) {
  Json json = Json::object();
  for (const rule::Rule& rule : rules) {
    Json terms = Json::array();
    const rule::Factored factored = rule::factored(rule);
    for (const rule::Term& term : factored.terms)
      terms.push_back({{"term", term.term},
                       {"coefficient", number(factored.scale * term.coefficient)},
                       {"relative", number(term.coefficient)}});
    json[rule.space.name] = {{"formula", rule::formula_text(rule, short_formula)},
                             {"mathml", rule::formula_mathml(rule, short_formula)},
                             {"exact", rule::exact_text(rule)},
                             {"terms", std::move(terms)}};
  }
  return json;
}

Json json_of(const std::vector<rule::Rule>& rules, const std::vector<TermEvidence>& evidence) {
  Json json = Json::object();
  for (const rule::Rule& rule : rules) json[rule.space.name] = json_of(rule, evidence);
  return json;
}

Json coefficients_of(const rule::RuleSet& set, const std::vector<double>& values) {
  Json json = Json::object();
  for (const rule::Rule& rule : set.at(values)) json[rule.space.name] = coefficients_of(rule);
  return json;
}

}  // namespace carve::experiment
