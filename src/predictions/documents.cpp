// Predictions as JSON for programs and pages, and as CSV.
#include <cmath>

#include <nlohmann/json.hpp>

#include "carve/base/units.hpp"
#include "carve/predictions/prediction.hpp"

namespace carve::predictions {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Figure& figure, const std::string& label) {
  Json json{{"rule", label}, {"words", figure.words}, {"curves", Json::array()}};
  for (const Curve& each : figure.curves) json["curves"].push_back({{"name", each.name}, {"y", each.y}});
  return json;
}

/// A cell of CSV.
std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char each : text) {
    if (each == '"') result += '"';
    result += each;
  }
  return result + '"';
}

}  // namespace

std::string json_text(const Predictions& predictions) {
  Json json{{"weight", predictions.weight},
            {"held", Json::object()},
            {"rules", Json::array()},
            {"protocols", Json::array()},
            {"distinctions", Json::array()}};
  for (const Held& each : predictions.held) json["held"][each.state] = each.volts;
  for (const Labelled& each : predictions.rules)
    json["rules"].push_back({{"label", each.label}, {"formula", rule::formula_text(each.rule)}});
  for (const Predicted& each : predictions.protocols) {
    const Protocol& protocol = *each.protocol;
    const Figure& first = each.figures.front();
    Json own{{"name", protocol.name},
             {"title", protocol.title},
             {"brief", protocol.brief},
             {"cite", protocol.cite},
             {"x", {{"title", protocol.x}, {"values", first.x}}},
             {"y", {{"title", protocol.y}}},
             {"figures", Json::array()}};
    if (!first.labels.empty()) own["x"]["labels"] = first.labels;
    for (std::size_t i = 0; i < each.figures.size(); ++i)
      own["figures"].push_back(json_of(each.figures[i], predictions.rules[i].label));
    json["protocols"].push_back(std::move(own));
  }
  for (const Distinction& each : predictions.distinctions)
    json["distinctions"].push_back({{"protocol", each.protocol},
                                    {"curve", each.curve},
                                    {"point", each.point},
                                    {"separation", each.separation},
                                    {"low", each.low},
                                    {"high", each.high},
                                    {"words", each.words}});
  return json.dump(2);
}

std::string csv_text(const Predicted& predicted, const std::vector<Labelled>& rules) {
  std::string text = quoted(predicted.protocol->x);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (const Curve& curve : predicted.figures[i].curves)
      text += ',' + quoted(rules.size() > 1 ? rules[i].label + ": " + curve.name : curve.name);
  }
  text += '\n';
  const Figure& first = predicted.figures.front();
  for (std::size_t point = 0; point < first.x.size(); ++point) {
    text += first.labels.empty() ? base::format_number(first.x[point]) : quoted(first.labels[point]);
    for (const Figure& figure : predicted.figures) {
      for (const Curve& curve : figure.curves)
        text += ',' + (std::isfinite(curve.y[point]) ? base::format_number(curve.y[point]) : "nan");
    }
    text += '\n';
  }
  return text;
}

}  // namespace carve::predictions
