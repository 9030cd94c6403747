// What `carve simplify` says as JSON: for programs, for the record and the page.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "carve/experiment/documents/json.hpp"
#include "carve/experiment/simplify/simplify.hpp"

namespace carve::experiment {
namespace {

Json formulas(const Experiment& experiment, const std::vector<double>& values) {
  Json json = Json::object();
  for (const rule::Rule& each : experiment.rules.at(values)) {
    json[each.space.name] = {{"formula", rule::formula_text(each)},
                             {"mathml", rule::formula_mathml(each)},
                             {"exact", rule::exact_text(each)}};
  }
  return json;
}

Json json_of(const Experiment& experiment, const FrontPoint& point) {
  Json kept = Json::array(), terms = Json::array(), values = Json::array();
  for (const std::size_t i : point.kept) {
    kept.push_back(i);
    terms.push_back({{"rule", experiment.rules.rules[experiment.rules.rule_of(i)].name},
                     {"term", term_label(experiment.rules, i)}});
  }
  for (const double each : point.values) values.push_back(number(each));
  return {{"count", point.kept.size()},      {"by", point.by},
          {"terms", std::move(terms)},       {"loss", json_of(point.loss)},
          {"excess", json_of(point.excess)}, {"rules", formulas(experiment, point.values)},
          {"kept", std::move(kept)},         {"values", std::move(values)}};
}

Json json_of(const std::optional<Interval>& interval) {
  if (!interval) return {};
  return {{"low", number(interval->low)}, {"high", number(interval->high)}, {"error", number(interval->error)}};
}

Json json_of(const std::vector<Direction>& directions, const std::vector<std::string>& names) {
  Json json = Json::array();
  for (const Direction& each : directions) {
    Json weights = Json::object();
    for (std::size_t i = 0; i < names.size(); ++i) weights[names[i]] = number(each.weights[i]);
    json.push_back({{"combination", combination(each.weights, names)},
                    {"free", each.free},
                    {"stiffness", number(each.stiffness)},
                    {"weights", std::move(weights)}});
  }
  return json;
}

Json json_of(const Pinned& pinned) {
  Json json{{"terms", pinned.terms},
            {"curvature", json_of(pinned.by_curvature, pinned.names)},
            {"search", json_of(pinned.by_search, pinned.names)}};
  if (pinned.manifold) {
    const Manifold& theory = *pinned.manifold;
    json["mean_field"] = {{"input_rate", number(theory.input_rate)},
                          {"settled", number(theory.settled)},
                          {"normal", combination(theory.normal, pinned.names)},
                          {"angle", number(angle(theory.normal, pinned.by_curvature.front().weights))}};
    if (!pinned.by_search.empty())
      json["mean_field"]["search_angle"] = number(angle(theory.normal, pinned.by_search.front().weights));
  }
  return json;
}

}  // namespace

std::string simplified_json(const Simplified& simplified, int indent) {
  const Experiment& experiment = *simplified.experiment;
  Json json{{"settings", simplified.settings},
            {"share", simplified.share},
            {"start", simplified.start},
            {"trials",
             {{"fit", simplified.trials.fit},
              {"choose", simplified.trials.choose},
              {"held_out", simplified.trials.held_out},
              {"estimate", simplified.trials.estimate},
              {"refits", simplified.trials.refits}}},
            {"front", Json::array()},
            {"knee", simplified.knee}};
  for (const FrontPoint& each : simplified.front) json["front"].push_back(json_of(experiment, each));
  Json coefficients = Json::array();
  for (const Coefficient& each : simplified.coefficients) {
    coefficients.push_back({{"rule", each.rule},
                            {"name", each.name},
                            {"estimate", number(each.estimate)},
                            {"curvature", json_of(each.by_curvature)},
                            {"refits", json_of(each.by_refits)}});
  }
  json["chosen"] = {{"terms", simplified.chosen},
                    {"file", simplified.file},
                    {"rules", formulas(experiment, simplified.values)},
                    {"loss", json_of(simplified.loss)},
                    {"difference", json_of(simplified.difference)},
                    {"intervals", simplified.default_method},
                    {"coefficients", std::move(coefficients)}};
  json["directions"] = Json::array();
  for (const Pinned& each : simplified.pinned) json["directions"].push_back(json_of(each));
  return text_of(json, indent);
}

bool recall_front(const std::string& text, Simplified& into) {
  const auto measured = [](const Json& json) {
    const auto at = [&](const char* key) { return json.at(key).is_number() ? json[key].get<double>() : std::nan(""); };
    return Measured{.mean = at("mean"), .error = at("error"), .trials = json.at("trials").get<std::size_t>()};
  };
  try {
    const Json json = Json::parse(text);
    if (json.at("settings").get<std::string>() != into.settings) return false;
    const std::size_t parameters = into.experiment->rules.parameter_count();
    std::vector<FrontPoint> front;
    for (const Json& each : json.at("front")) {
      FrontPoint point{.kept = each.at("kept").get<std::vector<std::size_t>>(),
                       .values = each.at("values").get<std::vector<double>>(),
                       .by = each.at("by").get<std::string>(),
                       .loss = measured(each.at("loss")),
                       .excess = measured(each.at("excess"))};
      const bool sound = point.values.size() == parameters && point.kept.size() == front.size() &&
                         std::all_of(point.kept.begin(), point.kept.end(), [&](auto i) { return i < parameters; });
      if (!sound) return false;
      front.push_back(std::move(point));
    }
    const auto knee = json.at("knee").get<std::size_t>();
    if (knee >= front.size()) return false;
    into.start = json.at("start").get<std::size_t>();
    into.knee = knee;
    into.front = std::move(front);
    return true;
  } catch (const Json::exception&) {
    return false;
  }
}

}  // namespace carve::experiment
