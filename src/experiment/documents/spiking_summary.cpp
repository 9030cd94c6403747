#include "carve/experiment/documents/spiking_summary.hpp"

#include <algorithm>
#include <span>

#include <nlohmann/json.hpp>

#include "carve/experiment/documents/json.hpp"
#include "carve/experiment/documents/rounded.hpp"
#include "carve/network/rate_filter.hpp"

namespace carve::experiment {
namespace {

constexpr std::size_t points_of_a_curve = 120;

/// The rate over the lifetime, as the loss sees it.
Json curve_of(const SpikingFrame& frame, std::span<const std::uint32_t> spikes) {
  network::RateFilter filter({.initial = {0}, .time_constant = {frame.filter}}, {frame.dt}, 1);
  Json rates = Json::array();
  std::size_t next = 0;
  for (std::size_t point = 0; point <= points_of_a_curve; ++point) {
    const std::size_t step = frame.steps * point / points_of_a_curve;
    for (; next < spikes.size() && spikes[next] <= step; ++next) filter.spike(spikes[next]);
    rates.push_back(rounded(filter.at(step)));
  }
  return rates;
}

Json times_of(const SpikingFrame& frame, std::span<const std::uint32_t> spikes, std::size_t first) {
  Json times = Json::array();
  for (const std::uint32_t step : spikes) {
    if (step >= first) times.push_back(rounded(static_cast<double>(step) * frame.dt));
  }
  return times;
}

Json raster_of(const SpikingFrame& frame, const Raster& raster) {
  Json points = Json::array();
  for (const auto& [step, input] : raster)
    points.push_back(Json::array({rounded(static_cast<double>(step) * frame.dt), input}));
  return points;
}

/// Means over groups of equal size, one after the other.
Json by_group(std::span<const double> weights, std::size_t groups, double factor) {
  Json means = Json::array();
  const std::size_t size = weights.size() / groups;
  for (std::size_t g = 0; g < groups; ++g) {
    double sum = 0;
    for (const double weight : weights.subspan(g * size, size)) sum += weight;
    means.push_back(rounded(factor * sum / static_cast<double>(size)));
  }
  return means;
}

Json json_of(const SpikingFrame& frame, const SpikingView& view) {
  Json time = Json::array();
  for (std::size_t point = 0; point <= points_of_a_curve; ++point)
    time.push_back(rounded(static_cast<double>(frame.steps * point / points_of_a_curve) * frame.dt));
  Json rate{
      {"time", std::move(time)}, {"before", curve_of(frame, view.before)}, {"found", curve_of(frame, view.found)}};
  if (!view.known.empty()) rate["known"] = curve_of(frame, view.known);
  const std::size_t shown = std::min(frame.steps, frame.raster_steps);
  const std::size_t first = frame.steps - shown;
  Json raster{{"from", rounded(static_cast<double>(first) * frame.dt)},
              {"to", rounded(static_cast<double>(frame.steps) * frame.dt)},
              {"excitation", raster_of(frame, view.excitation)},
              {"inhibition", raster_of(frame, view.inhibition)},
              {"before", times_of(frame, view.before, first)},
              {"found", times_of(frame, view.found, first)}};
  Json weights = Json::object(), tuning = Json::object();
  for (std::size_t p = 0; p < view.weights.size(); ++p) {
    const WeightChange& each = view.weights[p];
    const bool plastic =
        std::find(frame.connections.begin(), frame.connections.end(), each.connection) != frame.connections.end();
    if (plastic) weights[each.connection] = {{"before", rounded(each.before)}, {"after", rounded(each.after)}};
    if (frame.groups == 0) continue;
    tuning[each.connection] = {{"before", by_group(each.before, frame.groups, frame.jumps[p])},
                               {"after", by_group(each.after, frame.groups, frame.jumps[p])}};
  }
  Json json{{"trial", view.trial}, {"rate", std::move(rate)}, {"raster", std::move(raster)}, {"weights", weights}};
  if (!tuning.empty()) json["tuning"] = std::move(tuning);
  return json;
}

}  // namespace

std::string spiking_text(const SpikingEvidence& evidence, std::size_t chosen) {
  const SpikingFrame& frame = evidence.frame;
  Json json{{"target", frame.target},
            {"window", frame.window},
            {"lifetime", rounded(static_cast<double>(frame.steps) * frame.dt)},
            {"connections", frame.connections},
            {"trials", Json::array()},
            {"settled", Json::array()},
            {"windows", Json::object()}};
  for (const SpikingView& each : evidence.trials) json["trials"].push_back(json_of(frame, each));
  for (std::size_t i = 0; i < evidence.settled.size(); ++i) {
    const Settled& each = evidence.settled[i];
    Json parameters = Json::object();
    for (std::size_t k = 0; k < each.values.size(); ++k) parameters[frame.parameters[k]] = rounded(each.values[k]);
    json["settled"].push_back({{"start", i + 1},
                               {"chosen", i == chosen},
                               {"predicted", each.predicted ? Json(rounded(*each.predicted)) : Json()},
                               {"measured", rounded(each.rate.mean)},
                               {"error", rounded(each.rate.error)},
                               {"stable", each.stable},
                               {"parameters", std::move(parameters)}});
  }
  for (const PairWindow& each : evidence.windows)
    json["windows"][each.connection] = {{"lag", rounded(each.lags, 1e3)}, {"change", rounded(each.changes)}};
  return json.dump();
}

}  // namespace carve::experiment
