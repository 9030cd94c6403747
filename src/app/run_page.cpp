#include "carve/app/run_page.hpp"

#include <filesystem>
#include <set>

#include <nlohmann/json.hpp>

#include "carve/experiment/documents/summary.hpp"
#include "carve/experiment/record/files.hpp"
#include "carve/experiment/rules/rule_file.hpp"
#include "carve/exports/exporter.hpp"
#include "carve/predictions/prediction.hpp"
#include "carve/report/page.hpp"

namespace carve::app {
namespace {

/// Programs that take these rules: all at once, or the first one alone.
nlohmann::json targets(const std::vector<rule::Rule>& rules) {
  nlohmann::json list = nlohmann::json::array();
  for (const exports::Exporter* each : exports::exporters()) {
    base::Diagnostics together, alone;
    if (each->write({rules, ""}, together)) list.push_back({{"name", each->name}, {"together", true}});
    else if (each->write({{rules.front()}, ""}, alone)) list.push_back({{"name", each->name}, {"together", false}});
  }
  return list;
}

/// What the page says about using the answer; empty where there is none yet.
std::string use_of(const std::string& folder) {
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::path(folder) / "rule.toml", ignored)) return "";
  base::Diagnostics unread;
  const auto rules = experiment::read_rule_file(folder, unread);
  if (!rules) return "";
  nlohmann::json use{{"folder", folder}, {"targets", targets(*rules)}};
  std::vector<predictions::Labelled> labelled;
  std::set<std::string> states;  // that an experiment has to clamp
  for (const rule::Rule& each : *rules) {
    labelled.push_back({each.space.name, each});
    if (!each.space.events) continue;
    for (const rule::Trace& trace : each.space.events->traces) {
      if (trace.signal != rule::Signal::spikes) states.insert(trace.name);
    }
  }
  use["states"] = states;
  base::Diagnostics refused;
  const auto found = predictions::predict(std::move(labelled), 1, {}, refused);
  if (found) use["predictions"] = nlohmann::json::parse(predictions::json_text(*found));
  return use.dump();
}

}  // namespace

std::string write_run_page(const std::string& folder) {
  const std::string path = (std::filesystem::path(folder) / "report.html").string();
  experiment::write_file(path, report::page(experiment::run_document(folder), use_of(folder)));
  return path;
}

}  // namespace carve::app
