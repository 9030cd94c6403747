#include "carve/experiment/documents/answer_json.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include <nlohmann/json.hpp>

#include "carve/experiment/documents/recurrent_summary.hpp"
#include "carve/experiment/documents/rounded.hpp"
#include "carve/experiment/documents/rule_json.hpp"
#include "carve/experiment/documents/spiking_summary.hpp"

namespace carve::experiment {
namespace {

Json json_of(const MeasuredMetric& metric) {
  return {{"mean", number(metric.all.mean)}, {"error", number(metric.all.error)}, {"worst", number(metric.worst)}};
}

Json json_of(const Compared& compared) {
  return {{"name", compared.name},
          {"rules", formulas(compared.rules)},
          {"mean", number(compared.loss.mean)},
          {"error", number(compared.loss.error)},
          {"difference", json_of(compared.difference)}};
}

/// Where one start (null: none of them, but the best candidate) ended.
Json json_of(const Finalist& finalist, const Json& start, bool chosen) {
  return {{"start", start},
          {"chosen", chosen},
          {"rules", formulas(finalist.rules)},
          {"loss", json_of(finalist.loss)},
          {"difference", json_of(finalist.difference)}};
}

/// Rows of numbers.
Json rows_of(std::span<const double> flat, std::size_t length) {
  Json list = Json::array();
  for (std::size_t at = 0; at + length <= flat.size(); at += length) list.push_back(rounded(flat.subspan(at, length)));
  return list;
}

/// What share of the length of `weights` lies along the given unit vectors, which are at right angles to each other.
double share_along(std::span<const double> weights, std::span<const double> vectors) {
  double length = 0, square = 0;
  for (const double weight : weights) length += weight * weight;
  for (std::size_t at = 0; at < vectors.size(); at += weights.size()) {
    double along = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) along += weights[i] * vectors[at + i];
    square += along * along;
  }
  return length > 0 ? std::sqrt(square / length) : 0.0;
}

/// One lifetime, looked at along its way. The outputs of a symmetric network share the components among them in no
/// order: each is held to the space of all of them, not to the component of its number.
Json json_of(const LifetimeView& life, const network::RateNetwork& network) {
  const auto inputs = static_cast<std::size_t>(network.inputs);
  const std::size_t feedforward = network.feedforward_count();
  const bool subspace = network.lateral == network::Lateral::symmetric;
  const std::span<const double> components = life.components;
  Json steps = Json::array(), alignment = Json::array(), norm = Json::array(), lateral = Json::array();
  for (const evaluate::Snapshot& each : life.path) steps.push_back(each.step);
  for (std::size_t at = 0; at + inputs <= std::min(feedforward, components.size()); at += inputs) {
    Json aligned = Json::array(), lengths = Json::array();
    for (const evaluate::Snapshot& each : life.path) {
      const auto weights = std::span(each.weights).subspan(at, inputs);
      double square = 0;
      for (const double weight : weights) square += weight * weight;
      aligned.push_back(rounded(share_along(weights, subspace ? components : components.subspan(at, inputs))));
      lengths.push_back(rounded(std::sqrt(square)));
    }
    alignment.push_back(std::move(aligned));
    norm.push_back(std::move(lengths));
  }
  for (const evaluate::Snapshot& each : life.path) {
    double size = 0;
    for (const double weight : std::span(each.weights).subspan(feedforward)) size += std::abs(weight);
    lateral.push_back(rounded(size / static_cast<double>(std::max<std::size_t>(1, network.lateral_count()))));
  }
  Json path{{"step", steps}, {"alignment", alignment}, {"norm", norm}};
  if (network.lateral_count() > 0) path["lateral"] = std::move(lateral);
  return {{"trial", life.trial},
          {"scale", life.scale},
          {"measure", subspace ? "subspace" : "component"},
          {"components", rows_of(components, inputs)},
          {"weights", rows_of(std::span(life.path.back().weights).first(feedforward), inputs)},
          {"path", std::move(path)}};
}

}  // namespace

Json json_of(const std::vector<MetricEvidence>& metrics) {
  Json json = Json::object();
  for (const MetricEvidence& each : metrics) {
    Json entry = json_of(each.found);
    entry["brief"] = each.brief;
    if (each.reference) entry["reference"] = json_of(*each.reference);
    if (each.lowest) entry["lowest"] = *each.lowest;
    if (each.highest) entry["highest"] = *each.highest;
    json[each.name] = std::move(entry);
  }
  return json;
}

std::string answer_text(const Answer& answer) {
  Json json{{"rules", json_of(answer.found, answer.terms)}, {"validation", json_of(answer.validation)}};
  json["losses"] = Json::array();  // to pair with those of other runs
  for (const double loss : answer.losses) json["losses"].push_back(number(loss));
  if (answer.reference) json["reference"] = json_of(*answer.reference);
  json["searched"] = json_of(answer.searched, {});
  json["further"] = Json::array();
  for (const FurtherTerm& each : answer.further) {
    json["further"].push_back(
        {{"rule", each.rule}, {"term", each.term}, {"relative", each.relative}, {"gain", json_of(each.gain)}});
  }
  json["finalists"] = Json::array();
  for (std::size_t i = 0; i < answer.finalists.size(); ++i) {
    json["finalists"].push_back(
        json_of(answer.finalists[i], i < answer.starts ? Json(i + 1) : Json(), i == answer.chosen));
  }
  json["comparisons"] = Json::array();
  for (const Compared& each : answer.comparisons) json["comparisons"].push_back(json_of(each));
  json["metrics"] = json_of(answer.metrics);
  if (answer.spiking) json["spiking"] = Json::parse(spiking_text(*answer.spiking, answer.chosen));
  if (answer.recurrent) json["recurrent"] = Json::parse(recurrent_text(*answer.recurrent));
  json["lifetimes"] = Json::array();
  for (const LifetimeView& each : answer.lifetimes) {
    json["lifetimes"].push_back(json_of(each, answer.network));
  }
  return json.dump();
}

}  // namespace carve::experiment
