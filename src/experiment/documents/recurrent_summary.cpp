#include "carve/experiment/documents/recurrent_summary.hpp"

#include <nlohmann/json.hpp>

#include "carve/experiment/documents/json.hpp"
#include "carve/experiment/documents/rounded.hpp"

namespace carve::experiment {
namespace {

/// Rates by population.
Json rates_of(const RecurrentEvidence& evidence, const std::vector<std::vector<double>>& rates) {
  Json json = Json::object();
  for (std::size_t p = 0; p < rates.size(); ++p) json[evidence.populations[p].first] = rounded(rates[p]);
  return json;
}

Json json_of(const WeightView& view) {
  Json looks = Json::array();
  for (const task::WeightLook& each : view.looks) {
    Json look{{"time", rounded(each.time)}, {"mean", rounded(each.mean)}, {"quantiles", Json::array()}};
    for (const double quantile : each.quantile) look["quantiles"].push_back(rounded(quantile));
    looks.push_back(std::move(look));
  }
  return {{"looks", std::move(looks)},
          {"highest", rounded(view.highest)},
          {"before", rounded(view.before)},
          {"after", rounded(view.after)}};
}

/// As in a file: true, false, or the connections that change.
Json json_of(const task::Learning& plastic) {
  if (plastic.connections.empty()) return plastic.all;
  return plastic.connections;
}

Json json_of(const RecurrentEvidence& evidence, const RecurrentTrialView& view) {
  Json rate{{"before", rates_of(evidence, view.before)}, {"found", rates_of(evidence, view.found)}};
  if (!view.known.empty()) rate["known"] = rates_of(evidence, view.known);
  Json raster = Json::array();
  for (const task::RasterSpike& each : view.raster)
    raster.push_back(Json::array({rounded(each.time), each.population, each.row}));
  Json weights = Json::object(), responses = Json::array();
  for (const WeightView& each : view.weights) weights[each.connection] = json_of(each);
  for (const ResponseView& each : view.responses)
    responses.push_back({{"phase", each.phase}, {"familiar", rounded(each.familiar)}, {"novel", rounded(each.novel)}});
  return {{"trial", view.trial},
          {"input_rate", rounded(view.input_rate)},
          {"ending", view.ending},
          {"rate", std::move(rate)},
          {"raster", std::move(raster)},
          {"weights", std::move(weights)},
          {"responses", std::move(responses)}};
}

}  // namespace

std::string recurrent_text(const RecurrentEvidence& evidence) {
  Json json{{"lifetime", rounded(evidence.lifetime)},
            {"bin", rounded(evidence.bin)},
            {"recorded", rounded(evidence.recorded)},
            {"raster_from", rounded(evidence.raster_from)},
            {"populations", Json::array()},
            {"endings", Json::object()},
            {"phases", Json::array()},
            {"connections", evidence.connections},
            {"trials", Json::array()},
            {"windows", Json::object()}};
  for (std::size_t p = 0; p < evidence.populations.size(); ++p) {
    json["populations"].push_back({{"name", evidence.populations[p].first},
                                   {"size", evidence.populations[p].second},
                                   {"shown", evidence.shown[p]}});
  }
  if (evidence.target) json["populations"][evidence.target_of]["target"] = evidence.target->value;
  for (std::size_t k = 0; k < evidence.endings.size(); ++k)
    json["endings"][std::string(task::outcome_names[k])] = evidence.endings[k];
  for (const PhaseView& each : evidence.phases) {
    json["phases"].push_back({{"name", each.name},
                              {"begin", rounded(each.begin)},
                              {"end", rounded(each.end)},
                              {"plastic", json_of(each.plastic)},
                              {"shows", each.shows}});
  }
  for (const RecurrentTrialView& each : evidence.trials) json["trials"].push_back(json_of(evidence, each));
  for (const PairWindow& each : evidence.windows)
    json["windows"][each.connection] = {{"lag", rounded(each.lags, 1e3)}, {"change", rounded(each.changes)}};
  return json.dump();
}

}  // namespace carve::experiment
