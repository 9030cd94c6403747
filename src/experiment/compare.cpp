#include "carve/experiment/compare.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "carve/base/version.hpp"
#include "carve/experiment/documents/comparison_text.hpp"
#include "carve/experiment/documents/json.hpp"
#include "carve/experiment/record/recorded_run.hpp"

namespace carve::experiment {
namespace {

constexpr std::size_t most_points = 400;  // of a search's course; more cannot be told apart in a chart

/// Runs that differ in their seeds only.
struct Group {
  std::string label;
  std::vector<std::size_t> runs;
};

/// Words that differ: of the first runs of several groups, the fewest settings that tell them apart, the search method
/// first. Those that a few settings single out get no more.
std::vector<std::string> distinguishing(const std::vector<const RecordedRun*>& firsts) {
  std::vector<std::string> keys{"search.method"};
  for (const RecordedRun* run : firsts) {
    for (const auto& [key, value] : run->settings) {
      if (key != "seed" && std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  }
  const auto distinct = [](std::vector<std::string> labels) {
    std::sort(labels.begin(), labels.end());
    return std::unique(labels.begin(), labels.end()) - labels.begin();
  };
  std::vector<std::string> labels(firsts.size());
  for (const std::string& key : keys) {
    std::vector<std::string> more = labels;
    for (std::size_t k = 0; k < firsts.size(); ++k) {
      if (std::count(labels.begin(), labels.end(), labels[k]) == 1) continue;
      const std::string value = firsts[k]->setting(key);
      const std::string word = key == "search.method" ? firsts[k]->method() : value.empty() ? "" : key + " = " + value;
      if (!word.empty()) more[k] += (more[k].empty() ? "" : ", ") + word;
    }
    if (distinct(more) > distinct(labels)) labels = std::move(more);
    if (distinct(labels) == static_cast<std::ptrdiff_t>(labels.size())) break;
  }
  return labels;
}

/// Adds to the names of groups what tells those of one name apart; says that alone where all have one name.
void tell_apart(const std::vector<RecordedRun>& runs, std::vector<Group>& groups) {
  std::map<std::string, std::vector<std::size_t>> namesakes;
  for (std::size_t i = 0; i < groups.size(); ++i) namesakes[groups[i].label].push_back(i);
  for (const auto& [name, members] : namesakes) {
    if (members.size() == 1) continue;
    std::vector<const RecordedRun*> firsts;
    for (const std::size_t g : members) firsts.push_back(&runs[groups[g].runs.front()]);
    const std::vector<std::string> labels = distinguishing(firsts);
    for (std::size_t k = 0; k < members.size(); ++k) {
      if (labels[k].empty()) continue;
      groups[members[k]].label = namesakes.size() == 1 ? labels[k] : fmt::format("{} ({})", name, labels[k]);
    }
  }
}

std::vector<Group> group(const std::vector<RecordedRun>& runs) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& each) {
      const RecordedRun& first = runs[each.runs.front()];
      return first.name == runs[i].name && first.experiment() == runs[i].experiment();
    });
    if (found != groups.end()) found->runs.push_back(i);
    else groups.push_back({runs[i].name, {i}});
  }
  tell_apart(runs, groups);
  return groups;
}

/// The run of the first group whose trials are the same as this one's, else the group's first that is confirmed.
const RecordedRun& baseline(const std::vector<RecordedRun>& runs, const Group& first, const RecordedRun& run) {
  const RecordedRun* found = nullptr;
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

/// Loss against evaluations and seconds. Where trials stay the same it is the best so far; where they are drawn anew a
/// lucky draw would stay for ever, and it is each generation's best.
Json course_of(const RecordedRun& run) {
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

Json json_of(const RecordedRun& run, std::size_t experiment) {
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
  json["rules"] = Json::parse(run.rules);
  json["loss"] = {{"search", run.generations.empty() ? Json() : number(run.generations.back().best)}};
  if (run.confirmed()) json["loss"]["validation"] = Json::parse(run.validation);
  if (!run.reference.empty()) json["loss"]["reference"] = Json::parse(run.reference);
  if (!run.metrics.empty()) json["metrics"] = Json::parse(run.metrics);
  if (const auto reached = reaches(run)) json["reaches_reference"] = *reached;
  return json;
}

/// One experiment over its seeds.
Json json_of(const Group& group, const std::vector<RecordedRun>& runs, const std::vector<Json>& single) {
  std::vector<double> losses, differences;
  std::size_t confirmed = 0, judged = 0, reached = 0;
  for (const std::size_t i : group.runs) {
    if (!runs[i].confirmed()) continue;
    ++confirmed;
    losses.push_back(runs[i].loss.mean);
    if (single[i].contains("difference") && single[i]["difference"]["paired"])
      differences.push_back(single[i]["difference"]["mean"].is_number() ? single[i]["difference"]["mean"].get<double>()
                                                                        : std::nan(""));
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
  if (differences.size() == group.runs.size() && !differences.empty()) json["difference"] = over_runs(differences);
  if (judged > 0) {
    json["success"] = {
        {"reached", reached}, {"runs", judged}, {"share", static_cast<double>(reached) / static_cast<double>(judged)}};
  }
  return json;
}

Json document_of(const std::vector<RecordedRun>& runs) {
  const std::vector<Group> groups = group(runs);
  std::vector<Json> single(runs.size());
  Json document{
      {"carve", base::version().release}, {"same_loss", true}, {"experiments", Json::array()}, {"runs", Json::array()}};
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const std::size_t i : groups[g].runs) {
      single[i] = json_of(runs[i], g);
      if (g == 0) continue;
      if (const auto apart = difference(runs[i], baseline(runs, groups[0], runs[i])))
        single[i]["difference"] = json_of(*apart);
    }
    document["experiments"].push_back(json_of(groups[g], runs, single));
  }
  document["same_loss"] = std::all_of(runs.begin(), runs.end(),
                                      [&](const RecordedRun& run) { return run.measure() == runs.front().measure(); });
  for (std::size_t i = 0; i < runs.size(); ++i) {
    single[i]["course"] = course_of(runs[i]);
    if (!runs[i].reference.empty()) single[i]["known"] = known_terms(single[i]["loss"]["reference"]["rules"]);
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
  std::vector<RecordedRun> runs;
  for (const std::string& folder : folders) {
    // 'runs/*/' names folders with a slash at the end
    const std::string name = folder.substr(0, std::max<std::size_t>(1, folder.find_last_not_of('/') + 1));
    const auto same = [&](const RecordedRun& run) { return std::filesystem::equivalent(run.folder, name); };
    if (std::any_of(runs.begin(), runs.end(), same)) continue;
    runs.push_back(read_recorded_run(name));
  }
  const Json document = document_of(runs);
  Comparison made{.json = text_of(short_document(document), 2), .document = text_of(document)};
  made.text = comparison_text(made.document);
  return made;
}

}  // namespace carve::experiment
