#include "carve/experiment/recorded_run.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "carve/base/diagnostic.hpp"
#include "carve/base/value.hpp"
#include "carve/experiment/summary.hpp"
#include "carve/experiment/toml_reader.hpp"

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
    const auto belongs = [&](const std::string& part) { return key == part || key.starts_with(part + "."); };
    if (std::none_of(parts.begin(), parts.end(), belongs)) continue;
    if (std::find(without.begin(), without.end(), key) == without.end()) text += key + "=" + value + "\n";
  }
  return text;
}

/// The terms of known rules by connection, relative to the size of the main one: {"x*y": 1, "y^2*w": -1}.
Json known_terms(const Json& rules) {
  Json known = Json::object();
  for (const auto& [name, rule] : rules.items()) {
    if (!rule.contains("terms")) continue;
    for (const Json& term : rule.at("terms")) {
      const double sign = term.at("coefficient").get<double>() * term.at("relative").get<double>() < 0 ? -1 : 1;
      known[name][term.at("term").get<std::string>()] = sign * term.at("relative").get<double>();
    }
  }
  return known;
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
  run.rules = run.known = Json::object();
  run.loss["search"] = run.generations.empty() ? Json() : number(run.generations.back().best);
  if (const auto stored = records.get("answer")) {
    const Json answer = Json::parse(*stored);
    run.rules = answer.at("rules");
    run.loss["validation"] = answer.at("validation");
    if (answer.contains("reference")) {
      run.loss["reference"] = answer["reference"];
      run.known = known_terms(answer["reference"].at("rules"));
    }
    if (answer.contains("losses")) {
      for (const Json& loss : answer["losses"])
        run.losses.push_back(loss.is_number() ? loss.get<double>() : std::numeric_limits<double>::infinity());
    }
    // What the tables need is looked at here, where the folder's name is at hand.
    (void)reaches(run);
    for (const char* key : {"mean", "error"}) (void)run.loss["validation"].at(key);
    for (const auto& [name, rule] : run.rules.items()) (void)rule.at("formula").get<std::string>();
  } else if (!run.generations.empty()) {
    const Json document = Json::parse(run_document(folder));
    run.rules = document.at("rules");
  }
  return run;
}

std::optional<bool> reaches(const RecordedRun& run) {
  if (!run.confirmed() || !run.loss.contains("reference")) return std::nullopt;
  if (!run.loss["validation"].at("mean").is_number()) return false;
  const Json& reference = run.loss["reference"];
  const Json& difference = reference.at("difference");
  if (!reference.at("mean").is_number() || !difference.at("mean").is_number()) return true;
  const double error = difference.at("error").is_number() ? difference.at("error").get<double>() : 0;
  return difference.at("mean").get<double>() <=
         std::max(2 * error, share_that_matters * std::abs(reference.at("mean").get<double>()));
}

double value_of(const Json& measured, const char* key) {
  return measured.at(key).is_number() ? measured.at(key).get<double>() : std::nan("");
}

std::optional<Difference> difference(const RecordedRun& run, const RecordedRun& other) {
  if (!run.confirmed() || !other.confirmed() || run.measure() != other.measure()) return std::nullopt;
  const bool same = run.trials() == other.trials() && run.losses.size() == other.losses.size() && !run.losses.empty();
  if (same) return Difference{other.folder, true, measure(run.losses, other.losses)};
  const Json &a = run.loss["validation"], &b = other.loss["validation"];
  return Difference{other.folder,
                    false,
                    {.mean = value_of(a, "mean") - value_of(b, "mean"),
                     .error = std::hypot(value_of(a, "error"), value_of(b, "error")),
                     .trials = run.losses.size()}};
}

}  // namespace carve::experiment
