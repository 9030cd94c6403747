#include "carve/experiment/record/starts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "carve/experiment/documents/summary.hpp"
#include "carve/experiment/reading/toml_reader.hpp"
#include "carve/experiment/record/recorded_run.hpp"
#include "carve/rule/event_family.hpp"

namespace carve::experiment {
namespace {

/// A rule as rule::exact_text writes it: a formula, or the table of a rule between spiking neurons.
std::optional<rule::Rule> read_exact(const std::string& name, const std::string& text, base::Diagnostics& diagnostics) {
  const auto source = std::make_shared<const base::Source>(base::Source{"record", text});
  const base::Span place{source, 0, text.size()};
  const bool events = text.starts_with("{");
  base::Value value = events ? read_toml_value(place, diagnostics) : base::Value{base::Table{}, place};
  base::Table* const table = value.as<base::Table>();
  if (!table) return std::nullopt;
  if (!events) table->set("dw", {text, place});
  auto space = (events ? rule::read_event_rule : rule::read_rule_space)(name, *table, place, diagnostics);
  return space ? rule::fixed_rule(std::move(*space), diagnostics) : std::nullopt;
}

}  // namespace

std::optional<std::vector<Start>> read_starts(const std::string& folder, base::Diagnostics& diagnostics) {
  const auto run = nlohmann::ordered_json::parse(run_document(folder), nullptr, false);
  if (!run.is_object() || !run.contains("finalists") || run["finalists"].empty()) {
    diagnostics.error({}, fmt::format("the run in '{}' has no answer yet", folder), "'carve resume' goes on with it");
    return std::nullopt;
  }
  std::vector<Start> starts;
  try {
    for (const auto& each : run.at("finalists")) {
      const auto& start = each.at("start");
      starts.push_back({start.is_null() ? "best candidate" : fmt::format("start {}", start.get<int>()), {}});
      for (const auto& [name, rule] : each.at("rules").items()) {
        if (!rule.contains("exact")) {
          diagnostics.error(
              {}, fmt::format("the record in '{}' is from a version that kept starts as pictures only", folder),
              "run the experiment again");
          return std::nullopt;
        }
        auto read = read_exact(name, rule.at("exact").get<std::string>(), diagnostics);
        if (!read) return std::nullopt;
        starts.back().rules.push_back(std::move(*read));
      }
    }
  } catch (const nlohmann::json::exception&) {
    throw damaged_record(folder);
  }
  return starts;
}

}  // namespace carve::experiment
