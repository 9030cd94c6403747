#include "carve/experiment/rule_file.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "carve/experiment/experiment.hpp"
#include "carve/experiment/toml_reader.hpp"
#include "carve/rule/event_family.hpp"

namespace carve::experiment {
namespace {

using base::Table;

/// Whether [rule.NAME] speaks of spikes.
bool between_spiking_neurons(const Table& table) {
  const base::Value* family = table.find("family");
  const auto* name = family ? family->as<std::string>() : nullptr;
  if (!name) return !table.find("dw");
  const auto& list = rule::event_families();
  return std::any_of(list.begin(), list.end(), [&](const rule::Family* each) { return each->name == *name; });
}

}  // namespace

std::optional<std::vector<rule::Rule>> read_rule_file(const std::string& path, base::Diagnostics& diagnostics) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  fs::path file = path;
  if (fs::is_directory(file, ignored)) {
    file /= "rule.toml";
    if (!fs::exists(file, ignored)) {
      diagnostics.error({}, fmt::format("there is no rule.toml in '{}'", path), "a run writes it when it has finished");
      return std::nullopt;
    }
  }
  const base::SourcePtr source = read_source(file.string(), diagnostics);
  if (!source) return std::nullopt;
  const std::optional<base::Value> document = read_toml(source, diagnostics);
  if (!document) return std::nullopt;
  const base::Value* section = document->as<Table>()->find("rule");
  const Table* tables = section ? section->as<Table>() : nullptr;
  if (!tables || tables->entries.empty()) {
    diagnostics.error({source, 0, 0}, "no [rule.NAME] in this file", "is this a rule.toml?");
    return std::nullopt;
  }
  std::vector<rule::Rule> rules;
  for (const base::Entry& each : tables->entries) {
    const Table* table = each.value.as<Table>();
    if (!table) {
      diagnostics.error(each.value.span, fmt::format("[rule.{}] must be a table", each.key));
      continue;
    }
    const auto read = between_spiking_neurons(*table) ? rule::read_event_rule : rule::read_rule_space;
    auto space = read(each.key, *table, each.value.span, diagnostics);
    auto rule = space ? rule::fixed_rule(std::move(*space), diagnostics) : std::nullopt;
    if (rule) rules.push_back(std::move(*rule));
  }
  if (rules.size() != tables->entries.size()) return std::nullopt;
  return rules;
}

}  // namespace carve::experiment
