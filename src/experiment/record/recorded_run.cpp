#include "carve/experiment/record/recorded_run.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "carve/base/diagnostic.hpp"
#include "carve/base/value.hpp"
#include "carve/experiment/documents/json.hpp"
#include "carve/experiment/documents/summary.hpp"
#include "carve/experiment/reading/toml_reader.hpp"
#include "carve/experiment/record/files.hpp"

namespace carve::experiment {
namespace {

/// What differs by less than this share is the same, however certain: as the report has it.
constexpr double share_that_matters = 0.01;

void flatten(const base::Table& table, const std::string& path, Settings& settings) {
  for (const base::Entry& entry : table.entries) {
    const std::string name = path.empty() ? entry.key : path + "." + entry.key;
    if (const auto* inner = entry.value.as<base::Table>()) flatten(*inner, name, settings);
    else settings[name] = base::format_value(entry.value);
  }
}

/// Those settings that start with one of `parts`, less those named in `without`.
std::string part_of(const Settings& settings, const std::vector<std::string>& parts,
                    const std::vector<std::string>& without) {
  std::string text;
  for (const auto& [key, value] : settings) {
    const auto belongs = [&name = key](const std::string& part) {
      return name == part || name.starts_with(part + ".");
    };
    if (std::none_of(parts.begin(), parts.end(), belongs)) continue;
    if (std::find(without.begin(), without.end(), key) == without.end()) text += key + "=" + value + "\n";
  }
  return text;
}

Measured measured(const Json& json) {
  return {.mean = as_number(json.at("mean")), .error = as_number(json.at("error"))};
}

void read_answer(const Json& answer, RecordedRun& run) {
  for (const auto& [name, rule] : answer.at("rules").items()) (void)rule.at("formula").get<std::string>();
  run.rules = answer["rules"].dump();
  run.validation = answer.at("validation").dump();
  run.loss = measured(answer["validation"]);
  if (answer.contains("metrics")) run.metrics = answer["metrics"].dump();
  if (answer.contains("reference")) {
    const Json& reference = answer["reference"];
    for (const auto& [name, rule] : reference.at("rules").items()) (void)rule.at("formula").get<std::string>();
    run.reference = reference.dump();
    run.known = measured(reference);
    run.known_difference = measured(reference.at("difference"));
  }
  if (!answer.contains("losses")) return;
  for (const Json& loss : answer["losses"])
    run.losses.push_back(loss.is_number() ? loss.get<double>() : std::numeric_limits<double>::infinity());
}

}  // namespace

std::string RecordedRun::setting(const std::string& key) const {
  const auto found = settings.find(key);
  return found == settings.end() ? "" : found->second;
}

std::string RecordedRun::method() const {
  const std::string quoted = setting("search.method");
  return quoted.size() > 2 ? quoted.substr(1, quoted.size() - 2) : quoted;
}

std::string RecordedRun::experiment() const {
  return part_of(settings, {"network", "rule", "trials", "loss", "search", "reference"}, {});
}

std::string RecordedRun::measure() const { return part_of(settings, {"loss"}, {"loss.l1"}); }

std::string RecordedRun::trials() const {
  return part_of(settings, {"seed", "network", "trials"}, {"trials.count", "trials.redraw"}) + measure();
}

RecordedRun read_recorded_run(const std::string& folder) {
  Records records(record_path(folder), Records::Mode::read);
  RecordedRun run{.folder = folder, .name = records.get("name").value_or(""), .status = status_of(folder, records)};
  base::Diagnostics ignored;
  const auto source = std::make_shared<const base::Source>(
      base::Source{records.get("file").value_or(""), records.get("experiment").value_or("")});
  if (const auto file = read_toml(source, ignored)) {
    if (const auto* table = file->as<base::Table>()) flatten(*table, "", run.settings);
  }
  const std::string seed = run.setting("seed");
  if (!seed.empty() && seed.size() < 18 && seed.find_first_not_of("0123456789") == std::string::npos)
    run.seed = std::stoull(seed);
  run.generations = records.generations();
  run.stopped = records.get("stopped").value_or("");
  from_record(folder, [&] {
    if (const auto stored = records.get("answer")) read_answer(Json::parse(*stored), run);
    else if (!run.generations.empty()) run.rules = Json::parse(run_document(folder)).at("rules").dump();
  });
  return run;
}

std::optional<bool> reaches(const RecordedRun& run) {
  if (!run.confirmed() || run.reference.empty()) return std::nullopt;
  if (!std::isfinite(run.loss.mean)) return false;
  if (!std::isfinite(run.known.mean) || !std::isfinite(run.known_difference.mean)) return true;
  const double error = std::isfinite(run.known_difference.error) ? run.known_difference.error : 0;
  return run.known_difference.mean <= std::max(2 * error, share_that_matters * std::abs(run.known.mean));
}

std::optional<Difference> difference(const RecordedRun& run, const RecordedRun& other) {
  if (!run.confirmed() || !other.confirmed() || run.measure() != other.measure()) return std::nullopt;
  const bool same = run.trials() == other.trials() && run.losses.size() == other.losses.size() && !run.losses.empty();
  if (same) return Difference{other.folder, true, measure(run.losses, other.losses)};
  return Difference{other.folder,
                    false,
                    {.mean = run.loss.mean - other.loss.mean, .error = std::hypot(run.loss.error, other.loss.error)}};
}

std::string record_path(const std::string& folder) { return (std::filesystem::path(folder) / "run.sqlite").string(); }

std::string status_of(const std::string& folder, Records& records) {
  const std::string status = records.get("status").value_or("running");
  return status == "running" && !folder_use(folder).held ? "interrupted" : status;
}

base::EnvironmentError damaged_record(const std::string& folder) {
  return base::EnvironmentError(fmt::format("the record in '{}' is damaged", folder),
                                "'carve run' with experiment.toml in there starts anew");
}

}  // namespace carve::experiment
