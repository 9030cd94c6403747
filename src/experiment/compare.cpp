#include "carve/experiment/compare.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>

#include "carve/base/diagnostic.hpp"
#include "carve/base/value.hpp"
#include "carve/base/version.hpp"
#include "carve/experiment/measure.hpp"
#include "carve/experiment/record_json.hpp"
#include "carve/experiment/summary.hpp"
#include "carve/experiment/toml_reader.hpp"

namespace carve::experiment {
namespace {

constexpr std::size_t most_points = 400;  // of a search's course; more cannot be told apart in a chart
/// What differs by less than this share is the same, however certain: as the report has it.
constexpr double share_that_matters = 0.01;

/// The file's keys with their dotted paths: "search.method" is "cma-es".
using Settings = std::map<std::string, std::string>;

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

/// One run, as its record has it.
struct Recorded {
  std::string folder, name, status;
  Settings settings;
  std::optional<std::uint64_t> seed;
  Json rules, loss, known;
  std::vector<double> losses;  // of the answer on its validation trials; empty where they are not known
  std::string stopped;
  std::vector<GenerationRecord> generations;

  [[nodiscard]] std::string setting(const std::string& key) const {
    const auto found = settings.find(key);
    return found == settings.end() ? "" : found->second;
  }
  [[nodiscard]] std::string method() const {
    const std::string quoted = setting("search.method");
    return quoted.size() > 2 ? quoted.substr(1, quoted.size() - 2) : quoted;
  }
  /// All that makes it another experiment.
  [[nodiscard]] std::string experiment() const {
    Settings own = settings;
    own.erase("seed");
    return part_of(own, {"network", "rule", "trials", "loss", "search", "reference"}, {});
  }
  /// What its loss measures: only where this is the same do losses mean the same.
  [[nodiscard]] std::string measure() const { return part_of(settings, {"loss"}, {"loss.l1"}); }
  /// What its validation trials depend on.
  [[nodiscard]] std::string trials() const {
    return part_of(settings, {"seed", "network", "trials"}, {"trials.count", "trials.redraw"}) + measure();
  }
  [[nodiscard]] bool confirmed() const { return loss.contains("validation"); }
};

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

/// Whether the run's answer does no worse than the known rule: nothing where there is no telling.
std::optional<bool> reaches(const Recorded& run) {
  if (!run.confirmed() || !run.loss.contains("reference")) return std::nullopt;
  if (!run.loss["validation"].at("mean").is_number()) return false;
  const Json& reference = run.loss["reference"];
  const Json& difference = reference.at("difference");
  if (!reference.at("mean").is_number() || !difference.at("mean").is_number()) return true;
  const double error = difference.at("error").is_number() ? difference.at("error").get<double>() : 0;
  return difference.at("mean").get<double>() <=
         std::max(2 * error, share_that_matters * std::abs(reference.at("mean").get<double>()));
}

Recorded read_record(const std::string& folder) {
  Records records(record_path(folder), Records::Mode::read);
  Recorded run{.folder = folder, .name = records.get("name").value_or(""), .status = status_of(folder, records)};
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

/// The answer's loss minus that of another run's answer.
struct Difference {
  std::string to;
  bool paired = false;
  Measured value;
};

double value_of(const Json& measured, const char* key) {
  return measured.at(key).is_number() ? measured.at(key).get<double>() : std::nan("");
}

/// Paired where both lived through the same trials; nothing where the losses measure different things.
std::optional<Difference> difference(const Recorded& run, const Recorded& other) {
  if (!run.confirmed() || !other.confirmed() || run.measure() != other.measure()) return std::nullopt;
  const bool same = run.trials() == other.trials() && run.losses.size() == other.losses.size() && !run.losses.empty();
  if (same) return Difference{other.folder, true, measure(run.losses, other.losses)};
  const Json &a = run.loss["validation"], &b = other.loss["validation"];
  return Difference{other.folder, false,
                    {.mean = value_of(a, "mean") - value_of(b, "mean"),
                     .error = std::hypot(value_of(a, "error"), value_of(b, "error")),
                     .trials = run.losses.size()}};
}

/// Runs that differ in their seeds only.
struct Group {
  std::string label;
  std::vector<std::size_t> runs;
};

std::vector<Group> group(const std::vector<Recorded>& runs) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& each) {
      const Recorded& first = runs[each.runs.front()];
      return first.name == runs[i].name && first.experiment() == runs[i].experiment();
    });
    if (found != groups.end()) found->runs.push_back(i);
    else groups.push_back({runs[i].name, {i}});
  }
  // Those of one name are told apart by the fewest settings that do so, the search method first.
  std::map<std::string, std::vector<std::size_t>> namesakes;
  for (std::size_t i = 0; i < groups.size(); ++i) namesakes[groups[i].label].push_back(i);
  for (const auto& [name, members] : namesakes) {
    if (members.size() == 1) continue;
    const auto first_of = [&](std::size_t g) -> const Recorded& { return runs[groups[g].runs.front()]; };
    std::vector<std::string> keys{"search.method"};
    for (const std::size_t g : members) {
      for (const auto& [key, value] : first_of(g).settings) {
        if (key != "seed" && std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
      }
    }
    const auto distinct = [&](const std::vector<std::string>& labels) {
      std::vector<std::string> sorted = labels;
      std::sort(sorted.begin(), sorted.end());
      return static_cast<std::size_t>(std::unique(sorted.begin(), sorted.end()) - sorted.begin());
    };
    std::vector<std::string> labels(members.size());
    for (const std::string& key : keys) {
      std::vector<std::string> more = labels;
      for (std::size_t k = 0; k < members.size(); ++k) {
        if (std::count(labels.begin(), labels.end(), labels[k]) == 1) continue;
        const std::string value = first_of(members[k]).setting(key);
        const std::string word =
            key == "search.method" ? first_of(members[k]).method() : value.empty() ? "" : key + " = " + value;
        if (!word.empty()) more[k] += (more[k].empty() ? "" : ", ") + word;
      }
      if (distinct(more) > distinct(labels)) labels = std::move(more);
      if (distinct(labels) == labels.size()) break;
    }
    for (std::size_t k = 0; k < members.size(); ++k) {
      if (labels[k].empty()) continue;
      std::string& label = groups[members[k]].label;
      label = namesakes.size() == 1 ? labels[k] : fmt::format("{} ({})", label, labels[k]);
    }
  }
  return groups;
}

/// The run of the first group whose trials are the same as this one's, else the group's first that is confirmed.
const Recorded& baseline(const std::vector<Recorded>& runs, const Group& first, const Recorded& run) {
  const Recorded* found = nullptr;
  for (const std::size_t i : first.runs) {
    if (!runs[i].confirmed()) continue;
    if (runs[i].trials() == run.trials()) return runs[i];
    if (!found) found = &runs[i];
  }
  return found ? *found : runs[first.runs.front()];
}

/// Indices of at most `most_points` of `size` entries, half of them closer together at the start.
std::vector<std::size_t> thinned(std::size_t size) {
  std::vector<std::size_t> kept;
  for (std::size_t k = 0; k < most_points; ++k) {
    const double share = static_cast<double>(k / 2) / (most_points / 2 - 1);
    const auto last = static_cast<double>(size - 1);
    kept.push_back(static_cast<std::size_t>(k % 2 == 0 ? share * last : std::pow(last + 1, share) - 1));
  }
  if (size <= most_points) {
    kept.clear();
    for (std::size_t i = 0; i < size; ++i) kept.push_back(i);
  }
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  return kept;
}

/// Loss against evaluations and seconds. Where trials stay the same it is the best so far; where they are drawn anew a
/// lucky draw would stay for ever, and it is each generation's best.
Json course_of(const Recorded& run) {
  const bool redrawn = run.setting("trials.redraw") != "0";
  Json evaluations = Json::array(), seconds = Json::array(), loss = Json::array();
  if (!run.generations.empty()) {
    std::vector<double> best(run.generations.size()), elapsed(run.generations.size());
    double least = std::numeric_limits<double>::infinity(), time = 0;
    for (std::size_t i = 0; i < best.size(); ++i) {
      const GenerationRecord& each = run.generations[i];
      least = std::min(least, each.best);
      if (std::isfinite(each.seconds)) time += each.seconds;
      best[i] = redrawn ? each.best : least;
      elapsed[i] = time;
    }
    for (const std::size_t i : thinned(best.size())) {
      evaluations.push_back(run.generations[i].evaluations);
      seconds.push_back(number(elapsed[i]));
      loss.push_back(number(best[i]));
    }
  }
  return {{"evaluations", evaluations}, {"seconds", seconds}, {"best", loss}, {"redrawn", redrawn}};
}

/// Over runs: a single one says nothing of their spread.
Json over_runs(const std::vector<double>& values) {
  const Measured measured = measure(values);
  return {{"mean", number(measured.mean)},
          {"error", values.size() > 1 ? number(measured.error) : Json()},
          {"runs", values.size()}};
}

Json json_of(const Difference& difference) {
  return {{"to", difference.to},
          {"paired", difference.paired},
          {"mean", number(difference.value.mean)},
          {"error", number(difference.value.error)}};
}

Json json_of(const Recorded& run, std::size_t experiment) {
  double seconds = 0;
  for (const GenerationRecord& each : run.generations) {
    if (std::isfinite(each.seconds)) seconds += each.seconds;
  }
  Json json{{"folder", run.folder},
            {"name", run.name},
            {"experiment", experiment},
            {"status", run.status},
            {"method", run.method()},
            {"seed", run.seed ? Json(*run.seed) : Json()},
            {"generations", run.generations.size()},
            {"evaluations", run.generations.empty() ? 0 : run.generations.back().evaluations},
            {"seconds", seconds}};
  if (!run.stopped.empty()) json["stopped"] = run.stopped;
  json["rules"] = run.rules;
  json["loss"] = run.loss;
  if (const auto reached = reaches(run)) json["reaches_reference"] = *reached;
  return json;
}

/// One experiment over its seeds.
Json json_of(const Group& group, const std::vector<Recorded>& runs, const std::vector<Json>& single) {
  std::vector<double> losses, differences;
  std::size_t confirmed = 0, judged = 0, reached = 0;
  for (const std::size_t i : group.runs) {
    if (!runs[i].confirmed()) continue;
    ++confirmed;
    losses.push_back(value_of(runs[i].loss["validation"], "mean"));
    if (single[i].contains("difference") && single[i]["difference"]["paired"])
      differences.push_back(value_of(single[i]["difference"], "mean"));
    const auto does = reaches(runs[i]);
    judged += does ? 1 : 0;
    reached += does.value_or(false) ? 1 : 0;
  }
  Json json{{"label", group.label},
            {"name", runs[group.runs.front()].name},
            {"method", runs[group.runs.front()].method()},
            {"runs", group.runs},
            {"finished", confirmed}};
  if (!losses.empty()) json["loss"] = over_runs(losses);
  if (differences.size() == group.runs.size() && !differences.empty())
    json["difference"] = over_runs(differences);
  if (judged > 0) {
    json["success"] = {{"reached", reached},
                       {"runs", judged},
                       {"share", static_cast<double>(reached) / static_cast<double>(judged)}};
  }
  return json;
}

/// Columns of text, numbers to the right.
std::string aligned(const std::vector<std::vector<std::string>>& rows, const std::vector<bool>& to_the_right) {
  std::vector<std::size_t> widths(to_the_right.size(), 0);
  for (const auto& row : rows) {
    for (std::size_t k = 0; k < row.size(); ++k) widths[k] = std::max(widths[k], row[k].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (k > 0) line += "  ";
      line += to_the_right[k] ? fmt::format("{:>{}}", row[k], widths[k]) : fmt::format("{:<{}}", row[k], widths[k]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string with_error(const Json& measured) {
  if (!measured.at("mean").is_number()) return "not finite";
  if (!measured.at("error").is_number()) return fmt::format("{:.4g}", value_of(measured, "mean"));
  return fmt::format("{:.4g} +- {:.1g}", value_of(measured, "mean"), value_of(measured, "error"));
}

std::string difference_words(const Json& run) {
  if (!run.contains("difference")) return "";
  const Json& difference = run["difference"];
  if (!difference["mean"].is_number()) return "not finite";
  return fmt::format("{:+.2g} +- {:.1g} {}", value_of(difference, "mean"), value_of(difference, "error"),
                     difference["paired"].get<bool>() ? "paired" : "unpaired");
}

std::string text_for_people(const Json& document) {
  const Json &runs = document["runs"], &experiments = document["experiments"];
  const std::string first = experiments[0]["label"].get<std::string>();
  const bool differences = std::any_of(runs.begin(), runs.end(), [](const Json& r) { return r.contains("difference"); });
  std::vector<std::vector<std::string>> rows{{"run", "method", "seed", "evaluations", "seconds", "held-out loss"}};
  if (differences) rows[0].push_back("minus " + first);
  for (const Json& run : runs) {
    rows.push_back({run["folder"], run["method"], run["seed"].dump(), run["evaluations"].dump(),
                    fmt::format("{:.3g}", run["seconds"].get<double>()),
                    run["loss"].contains("validation")
                        ? with_error(run["loss"]["validation"])
                        : fmt::format("{}: not confirmed on fresh trials yet", run["status"].get<std::string>())});
    if (differences) rows.back().push_back(difference_words(run));
  }
  std::string text = aligned(rows, {false, false, true, true, true, false, false});
  text += "\nrules found\n";
  std::vector<std::vector<std::string>> rules;
  for (const Json& run : runs) {
    std::string folder = run["folder"];
    if (run["rules"].empty()) rules.push_back({folder, "none yet"});
    for (const auto& [name, rule] : run["rules"].items()) {
      rules.push_back({folder, fmt::format("{}: {}", name, rule.at("formula").get<std::string>())});
      folder.clear();
    }
  }
  text += aligned(rules, {false, false});
  std::vector<std::vector<std::string>> success{{"experiment", "seeds", "loss over seeds", "reach the known rule"}};
  bool several = false;
  for (const Json& each : experiments) {
    several = several || each["runs"].size() > 1;
    success.push_back({each["label"], fmt::format("{} of {} finished", each["finished"].dump(), each["runs"].size()),
                       each.contains("loss") ? with_error(each["loss"]) : "",
                       each.contains("success")
                           ? fmt::format("{} of {} ({:.0f} %)", each["success"]["reached"].dump(),
                                         each["success"]["runs"].dump(), 100 * each["success"]["share"].get<double>())
                           : "no known rule"});
  }
  if (several) text += "\nover seeds\n" + aligned(success, {false, false, false, false});
  return text;
}

Json document_of(const std::vector<Recorded>& runs) {
  const std::vector<Group> groups = group(runs);
  std::vector<Json> single(runs.size());
  Json document{{"carve", base::version().release}, {"same_loss", true},
                {"experiments", Json::array()}, {"runs", Json::array()}};
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const std::size_t i : groups[g].runs) {
      single[i] = json_of(runs[i], g);
      if (g == 0) continue;
      if (const auto apart = difference(runs[i], baseline(runs, groups[0], runs[i])))
        single[i]["difference"] = json_of(*apart);
    }
    document["experiments"].push_back(json_of(groups[g], runs, single));
  }
  document["same_loss"] = std::all_of(runs.begin(), runs.end(), [&](const Recorded& run) {
    return run.measure() == runs.front().measure();
  });
  for (std::size_t i = 0; i < runs.size(); ++i) {
    single[i]["course"] = course_of(runs[i]);
    single[i]["known"] = runs[i].known;
    document["runs"].push_back(std::move(single[i]));
  }
  return document;
}

/// Without what only a page needs.
Json short_document(Json document) {
  for (Json& run : document["runs"]) {
    for (const char* heavy : {"course", "known"}) run.erase(heavy);
    for (auto& [name, rule] : run["rules"].items()) rule.erase("mathml");
    if (!run["loss"].contains("reference")) continue;
    for (auto& [name, rule] : run["loss"]["reference"]["rules"].items()) rule.erase("mathml");
  }
  return document;
}

}  // namespace

Comparison compare(const std::vector<std::string>& folders) {
  std::vector<Recorded> runs;
  for (const std::string& folder : folders) {
    // 'runs/*/' names folders with a slash at the end
    const std::string name = folder.substr(0, std::max<std::size_t>(1, folder.find_last_not_of('/') + 1));
    const auto same = [&](const Recorded& run) { return std::filesystem::equivalent(run.folder, name); };
    if (std::any_of(runs.begin(), runs.end(), same)) continue;
    runs.push_back(from_record(name, [&] { return read_record(name); }));
  }
  const Json document = document_of(runs);
  return {text_for_people(document), text_of(short_document(document), 2), text_of(document)};
}

}  // namespace carve::experiment
