#include "carve/experiment/rule_file.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "carve/experiment/event_text.hpp"
#include "carve/experiment/spiking_sections.hpp"
#include "carve/experiment/toml_reader.hpp"
#include "carve/rule/event_family.hpp"

namespace carve::experiment {
namespace {

namespace fs = std::filesystem;

using base::Diagnostics;
using base::Span;
using base::Table;
using base::Value;

/// The table [rule] of a rule.toml, or of a run folder's; null where the file has none.
struct RuleTables {
  base::SourcePtr source;
  base::Value document;

  [[nodiscard]] const Table* rules() const {
    const Value* section = document.as<Table>()->find("rule");
    return section ? section->as<Table>() : nullptr;
  }
};

std::optional<RuleTables> read_rule_tables(const std::string& file, Diagnostics& diagnostics) {
  const base::SourcePtr source = read_source(file, diagnostics);
  auto document = source ? read_toml(source, diagnostics) : std::nullopt;
  if (!document) return std::nullopt;
  return RuleTables{source, std::move(*document)};
}

/// The rule.toml in a run folder, or the path as it is; nothing after reporting a folder that has none.
std::optional<std::string> rule_path(const std::string& path, Diagnostics& diagnostics) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return path;
  const fs::path file = fs::path(path) / "rule.toml";
  if (fs::exists(file, ignored)) return file.string();
  diagnostics.error({}, fmt::format("there is no rule.toml in '{}'", path), "a run writes it when it has finished");
  return std::nullopt;
}

/// Whether [rule.NAME] speaks of spikes.
bool between_spiking_neurons(const Table& table) {
  const base::Value* family = table.find("family");
  const auto* name = family ? family->as<std::string>() : nullptr;
  if (!name) return !table.find("dw");
  const auto& list = rule::event_families();
  return std::any_of(list.begin(), list.end(), [&](const rule::Family* each) { return each->name == *name; });
}

/// The one rule that a space without freedom is; says how much freedom there is otherwise.
std::optional<rule::Rule> only_rule(std::optional<rule::RuleSpace> space, const Span& place, Diagnostics& diagnostics) {
  if (!space) return std::nullopt;
  const auto open =
      std::count_if(space->parameters.begin(), space->parameters.end(), [](const auto& each) { return !each.fixed; });
  if (open <= 3) return rule::fixed_rule(std::move(*space), diagnostics);
  diagnostics.error(place,
                    fmt::format("{} parameters of this rule have no value: it is a space of rules, not one rule", open),
                    "the rule.toml of a run, or a formula of numbers, is one rule");
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<rule::Rule>> read_rule_file(const std::string& path, base::Diagnostics& diagnostics) {
  const auto file = rule_path(path, diagnostics);
  const auto read_tables = file ? read_rule_tables(*file, diagnostics) : std::nullopt;
  if (!read_tables) return std::nullopt;
  const Table* tables = read_tables->rules();
  if (!tables || tables->entries.empty()) {
    diagnostics.error({read_tables->source, 0, 0}, "no [rule.NAME] in this file", "is this a rule.toml?");
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

std::optional<std::vector<rule::Rule>> read_rules(const std::string& path_or_text, const Experiment& experiment,
                                                  Diagnostics& diagnostics) {
  const auto path = rule_path(path_or_text, diagnostics);
  if (!path) return std::nullopt;
  const std::vector<rule::RuleSpace>& wanted = experiment.rules.rules;
  const auto read = experiment.recurrent ? rule::read_event_rule
                    : experiment.spiking ? read_spiking_rule
                                         : rule::read_rule_space;
  std::vector<rule::Rule> rules;
  const auto add = [&](const std::string& name, const Table& table, const Span& place) {
    auto rule = only_rule(read(name, table, place, diagnostics), place, diagnostics);
    if (rule) rules.push_back(std::move(*rule));
    return rule.has_value();
  };
  std::error_code ignored;
  if (!fs::exists(*path, ignored) && !path->ends_with(".toml")) {
    // Formulas given on the command line.
    const auto source = std::make_shared<const base::Source>(base::Source{"rule", path_or_text});
    if (experiment.spikes()) {
      if (path_or_text.find('=') == std::string::npos) {
        diagnostics.error({}, fmt::format("cannot read '{}'", path_or_text),
                          "a rule between spiking neurons is a rule.toml, the folder of a run, or text: "
                          "\"on_pre = ...; on_post = ...\"");
        return std::nullopt;
      }
      std::vector<std::string> names;
      for (const rule::RuleSpace& connection : wanted) names.push_back(connection.name);
      const auto tables = read_event_text(source, names, diagnostics);
      if (!tables) return std::nullopt;
      for (std::size_t i = 0; i < names.size(); ++i) add(names[i], *(*tables)[i].as<Table>(), (*tables)[i].span);
      if (rules.size() != names.size()) return std::nullopt;
      return rules;
    }
    std::size_t begin = 0;
    for (const rule::RuleSpace& connection : wanted) {
      const std::size_t end = std::min(path_or_text.find(';', begin), path_or_text.size());
      if (begin > path_or_text.size()) {
        diagnostics.error({source, 0, path_or_text.size()}, fmt::format("no rule for {} connections", connection.name),
                          "write one formula per connection, with ; between them");
        return std::nullopt;
      }
      const std::size_t length = (&connection == &wanted.back() ? path_or_text.size() : end) - begin;
      const Span place{source, begin, length};
      Table table;
      table.set("dw", {path_or_text.substr(begin, length), place});
      if (!add(connection.name, table, place)) return std::nullopt;
      begin = end + 1;
    }
    return rules;
  }
  const auto tables = read_rule_tables(*path, diagnostics);
  if (!tables) return std::nullopt;
  for (const rule::RuleSpace& connection : wanted) {
    const Value* value = tables->rules() ? tables->rules()->find(connection.name) : nullptr;
    if (!value || !value->as<Table>()) {
      diagnostics.error({tables->source, 0, 0}, fmt::format("missing [rule.{}]", connection.name),
                        "is this a rule.toml?");
      return std::nullopt;
    }
    if (!add(connection.name, *value->as<Table>(), value->span)) return std::nullopt;
  }
  return rules;
}

}  // namespace carve::experiment
