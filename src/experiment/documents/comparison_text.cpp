#include "carve/experiment/documents/comparison_text.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "carve/experiment/documents/json.hpp"
#include "carve/experiment/documents/text_table.hpp"

namespace carve::experiment {
namespace {

std::string with_error(const Json& measured) {
  if (!measured.at("mean").is_number()) return "not finite";
  if (!measured.at("error").is_number()) return fmt::format("{:.4g}", as_number(measured.at("mean")));
  return fmt::format("{:.4g} +- {:.1g}", as_number(measured.at("mean")), as_number(measured.at("error")));
}

std::string difference_words(const Json& run) {
  if (!run.contains("difference")) return "";
  const Json& difference = run["difference"];
  if (!difference["mean"].is_number()) return "not finite";
  return fmt::format("{:+.2g} +- {:.1g} {}", as_number(difference["mean"]), as_number(difference["error"]),
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
