#include "carve/experiment/comparison_text.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace carve::experiment {
namespace {

using Json = nlohmann::ordered_json;

double value_of(const Json& measured, const char* key) {
  return measured.at(key).is_number() ? measured.at(key).get<double>() : std::nan("");
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

}  // namespace

std::string comparison_text(std::string_view text_of_document) {
  const Json document = Json::parse(text_of_document);
  const Json &runs = document["runs"], &experiments = document["experiments"];
  const std::string first = experiments[0]["label"].get<std::string>();
  const bool differences =
      std::any_of(runs.begin(), runs.end(), [](const Json& r) { return r.contains("difference"); });
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

}  // namespace carve::experiment
