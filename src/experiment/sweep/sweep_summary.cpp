#include "carve/experiment/sweep/sweep_summary.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "carve/base/version.hpp"
#include "carve/experiment/documents/json.hpp"
#include "carve/experiment/documents/text_table.hpp"
#include "carve/experiment/record/recorded_run.hpp"
#include "carve/experiment/record/run_status.hpp"
#include "carve/experiment/sweep/sweep.hpp"

namespace carve::experiment {
namespace {

/// A value of an axis as JSON: a number where it is one, so that it can be drawn on an axis of numbers.
Json value_json(const std::string& text) {
  const Json parsed = Json::parse(text, nullptr, false);
  if (parsed.is_number() || parsed.is_boolean() || parsed.is_string()) return parsed;
  return text;
}

/// One run: where it stands, and what it found where it has finished.
Json run_json(const std::string& folder, const SweepPoint& point, const std::vector<SweepAxis>& axes) {
  const std::string place = run_folder(folder, point);
  const RunStatus status = read_status(place);
  Json run{{"name", point.name}, {"settings", Json::object()}};
  for (std::size_t i = 0; i < axes.size(); ++i)
    run["settings"][axes[i].key] = value_json(point.changes[i].substr(axes[i].key.size() + 1));
  run["status"] = status.state;
  run["generations"] = status.generation;
  run["evaluations"] = status.evaluations;
  run["seconds"] = std::isfinite(status.seconds) ? status.seconds : 0;
  run["rules"] = Json::object();
  run["loss"] = {{"search", number(status.last)}};
  if (!status.problem.empty()) run["problem"] = status.problem;
  if (status.state != "finished") return run;
  const RecordedRun recorded = read_recorded_run(place);
  run["rules"] = Json::parse(recorded.rules);
  if (recorded.confirmed()) run["loss"]["validation"] = Json::parse(recorded.validation);
  if (!recorded.reference.empty()) {
    const Json reference = Json::parse(recorded.reference);
    run["loss"]["reference"] = {
        {"name", reference.at("name")}, {"mean", reference.at("mean")}, {"error", reference.at("error")}};
  }
  if (const auto reached = reaches(recorded)) run["reaches_reference"] = *reached;
  return run;
}

/// The runs of one combination of settings, over its seeds. A run whose loss is not finite counts, and has no mean.
Json setting_json(const Json& settings, const std::vector<std::size_t>& members, const std::vector<Json>& runs) {
  std::vector<double> losses;
  std::size_t judged = 0, reached = 0, finished = 0;
  for (const std::size_t i : members) {
    const Json& run = runs[i];
    if (!run["loss"].contains("validation")) continue;
    ++finished;
    losses.push_back(as_number(run["loss"]["validation"]["mean"]));
    judged += run.contains("reaches_reference") ? 1 : 0;
    reached += run.value("reaches_reference", false) ? 1 : 0;
  }
  Json json{{"settings", settings}, {"runs", members}, {"finished", finished}};
  if (!losses.empty()) {
    const Measured measured = measure(losses);
    json["loss"] = {{"mean", number(measured.mean)},
                    {"error", losses.size() > 1 ? number(measured.error) : Json()},
                    {"runs", losses.size()}};
  }
  if (judged > 0) json["success"] = {{"reached", reached}, {"runs", judged}};
  return json;
}

Json document_of(const std::string& folder) {
  const Sweep sweep = read_sweep(folder);
  Json document{{"carve", base::version().release},
                {"name", std::filesystem::path(sweep.file).stem().string()},
                {"file", sweep.file},
                {"axes", Json::array()}};
  for (const SweepAxis& axis : sweep.swept()) {
    Json values = Json::array();
    for (const std::string& value : axis.values) values.push_back(value_json(value));
    document["axes"].push_back({{"key", axis.key}, {"label", sweep.label(axis)}, {"values", values}});
  }
  std::map<std::string, std::size_t> place;
  std::vector<std::pair<Json, std::vector<std::size_t>>> settings;
  std::vector<Json> runs;
  document["status"] = Json::object();
  for (const char* state : {"finished", "running", "interrupted", "waiting", "failed"}) document["status"][state] = 0;
  for (const SweepPoint& point : sweep.points()) {
    Json run = run_json(folder, point, sweep.axes);
    Json setting = Json::object();
    for (const Json& axis : document["axes"]) {
      const std::string key = axis["key"];
      if (key != "seed") setting[key] = run["settings"][key];
    }
    const auto [found, is_new] = place.emplace(setting.dump(), settings.size());
    if (is_new) settings.push_back({setting, {}});
    settings[found->second].second.push_back(runs.size());
    document["status"][run["status"].get<std::string>()] =
        document["status"][run["status"].get<std::string>()].get<int>() + 1;
    runs.push_back(std::move(run));
  }
  document["settings"] = Json::array();
  for (const auto& [setting, members] : settings) document["settings"].push_back(setting_json(setting, members, runs));
  document["runs"] = runs;
  return document;
}

std::string words(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::string formulas(const Json& rules) {
  std::string text;
  for (const auto& [name, rule] : rules.items()) {
    if (!text.empty()) text += "; ";
    if (rules.size() > 1) text += name + ": ";
    text += rule.at("formula").get<std::string>();
  }
  return text;
}

std::string setting_words(const Json& document, const Json& settings) {
  std::string text;
  for (const Json& axis : document["axes"]) {
    const std::string key = axis["key"];
    if (!settings.contains(key)) continue;
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", axis["label"].get<std::string>(), words(settings[key]));
  }
  return text.empty() ? "all seeds" : text;
}

std::string csv_of(const Json& document) {
  TextRows rows{{"run"}};
  for (const Json& axis : document["axes"]) rows[0].push_back(axis["key"]);
  for (const char* head : {"status", "generations", "evaluations", "seconds", "loss", "error", "known_rule_loss",
                           "reaches_known_rule", "rule", "problem"})
    rows[0].push_back(head);
  const auto figure = [](const Json& value) { return value.is_number() ? value.dump() : std::string(); };
  for (const Json& run : document["runs"]) {
    std::vector<std::string> row{run["name"]};
    for (const Json& axis : document["axes"]) row.push_back(words(run["settings"][axis["key"].get<std::string>()]));
    const Json validation = run["loss"].value("validation", Json::object());
    const Json reference = run["loss"].value("reference", Json::object());
    for (const std::string& each :
         {run["status"].get<std::string>(), run["generations"].dump(), run["evaluations"].dump(),
          fmt::format("{:.4g}", run["seconds"].get<double>()), figure(validation.value("mean", Json())),
          figure(validation.value("error", Json())), figure(reference.value("mean", Json())),
          run.contains("reaches_reference") ? run["reaches_reference"].dump() : std::string(), formulas(run["rules"]),
          run.value("problem", std::string())})
      row.push_back(each);
    rows.push_back(std::move(row));
  }
  return comma_separated(rows);
}

std::string loss_words(const Json& setting) {
  if (!setting.contains("loss")) return "none yet";
  const Json& loss = setting["loss"];
  if (!loss["mean"].is_number()) return "not finite";
  if (!loss["error"].is_number()) return fmt::format("{:.4g}", as_number(loss["mean"]));
  return fmt::format("{:.4g} +- {:.1g}", as_number(loss["mean"]), as_number(loss["error"]));
}

/// The formula of the run with the least loss.
std::string best_formula(const Json& setting, const Json& runs) {
  const Json* best = nullptr;
  for (const Json& i : setting["runs"]) {
    const Json& run = runs[i.get<std::size_t>()];
    if (!run["loss"].contains("validation")) continue;
    const double loss = as_number(run["loss"]["validation"]["mean"]);
    if (std::isfinite(loss) && (!best || loss < as_number((*best)["loss"]["validation"]["mean"]))) best = &run;
  }
  return best ? formulas((*best)["rules"]) : "";
}

std::string table_of(const Json& document) {
  std::string text = fmt::format("{}: {} runs", document["name"].get<std::string>(), document["runs"].size());
  for (const auto& [state, count] : document["status"].items()) {
    if (count.get<std::size_t>() > 0) text += fmt::format(", {} {}", count.dump(), state);
  }
  TextRows rows{{"setting", "finished", "loss over seeds", "reach known rule", "best rule"}};
  for (const Json& each : document["settings"]) {
    rows.push_back({setting_words(document, each["settings"]),
                    fmt::format("{} of {}", each["finished"].dump(), each["runs"].size()), loss_words(each),
                    each.contains("success")
                        ? fmt::format("{} of {}", each["success"]["reached"].dump(), each["success"]["runs"].dump())
                        : "",
                    best_formula(each, document["runs"])});
  }
  text += "\n\n" + aligned(rows, {false, true, false, true, false});
  for (const Json& run : document["runs"]) {
    if (run["status"] != "failed") continue;
    const std::string problem = run.value("problem", std::string());
    text += fmt::format("failed: {}: {}\n", run["name"].get<std::string>(), problem.substr(0, problem.find('\n')));
  }
  return text;
}

Json short_document(Json document) {
  for (Json& run : document["runs"]) {
    for (auto& [name, rule] : run["rules"].items()) rule.erase("mathml");
  }
  return document;
}

}  // namespace

SweepSummary summarise_sweep(const std::string& folder) {
  return from_record(folder, [&]() -> SweepSummary {
    const Json document = document_of(folder);
    return {.json = text_of(short_document(document), 2),
            .document = text_of(document),
            .text = table_of(document),
            .csv = csv_of(document)};
  });
}

}  // namespace carve::experiment
