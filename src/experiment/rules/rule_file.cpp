#include "carve/experiment/rules/rule_file.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/experiment/reading/spiking_sections.hpp"
#include "carve/experiment/reading/toml_reader.hpp"
#include "carve/experiment/rules/event_text.hpp"
#include "carve/experiment/rules/library.hpp"
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

/// Whether a rule is given as text, not as a place on the disk.
bool is_text(const std::string& path_or_text) {
  std::error_code ignored;
  return !fs::exists(path_or_text, ignored) && !path_or_text.ends_with(".toml");
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

/// A rule of the library, and which connection it is meant for where that is said: "I->E: vogels".
struct Named {
  std::string connection;
  const KnownRule* rule;
};

/// The rules of the library that a text names, with ; between them; empty where it is something else.
std::vector<Named> named_rules(std::string_view text) {
  std::vector<Named> found;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(';', begin), text.size());
    const std::string_view part = text.substr(begin, end - begin);
    const std::size_t colon = part.find(':');
    const bool prefixed = colon != std::string_view::npos;
    const KnownRule* const rule = find_known_rule(trimmed(prefixed ? part.substr(colon + 1) : part));
    if (!rule) return {};
    found.push_back({std::string(prefixed ? trimmed(part.substr(0, colon)) : ""), rule});
    begin = end + 1;
  }
  return found;
}

/// A rule of the library for one connection of an experiment, within the bounds that the file gives its weights.
std::optional<rule::Rule> known_rule(const KnownRule& known, const rule::RuleSpace& wanted,
                                     decltype(&rule::read_rule_space) read, Diagnostics& diagnostics) {
  if (known.spikes() != wanted.events.has_value()) {
    diagnostics.error(
        {}, fmt::format("{} is a rule between {} neurons, and {} is between {} ones", known.name,
                        known.spikes() ? "spiking" : "rate", wanted.name, known.spikes() ? "rate" : "spiking"));
    return std::nullopt;
  }
  Table table = known.table;
  if (wanted.events) {
    for (const auto& [key, bound] :
         {std::pair("w_min", wanted.events->w_min), std::pair("w_max", wanted.events->w_max)})
      if (!table.find(key)) table.set(key, base::write_value(bound));
  }
  Diagnostics own;
  auto space = read(wanted.name, table, {}, own);
  for (const base::Diagnostic& each : own.items())
    diagnostics.error({}, fmt::format("{} for {}: {}", known.name, wanted.name, each.message), each.hint);
  return space ? rule::fixed_rule(std::move(*space), diagnostics) : std::nullopt;
}

/// The rules that are named, one for each connection.
std::optional<std::vector<rule::Rule>> known_rules(const std::vector<Named>& named,
                                                   const std::vector<rule::RuleSpace>& wanted,
                                                   decltype(&rule::read_rule_space) read, Diagnostics& diagnostics) {
  std::vector<rule::Rule> rules;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    auto found =
        std::find_if(named.begin(), named.end(), [&](const Named& each) { return each.connection == wanted[i].name; });
    if (found == named.end() && i < named.size() && named[i].connection.empty())
      found = named.begin() + static_cast<std::ptrdiff_t>(i);
    if (found == named.end() || named.size() != wanted.size()) {
      std::vector<std::string> names;
      for (const rule::RuleSpace& each : wanted) names.push_back(each.name);
      diagnostics.error({}, fmt::format("{} known rules for {} connections", named.size(), wanted.size()),
                        fmt::format("name one for each, with ; between them: {}", fmt::join(names, "; ")));
      return std::nullopt;
    }
    auto rule = known_rule(*found->rule, wanted[i], read, diagnostics);
    if (!rule) return std::nullopt;
    rules.push_back(std::move(*rule));
  }
  return rules;
}

/// A rule of one connection as it is written on a command line, without an experiment that would say more about it.
std::optional<std::vector<rule::Rule>> read_text(const std::string& text, Diagnostics& diagnostics) {
  std::vector<rule::Rule> rules;
  const std::vector<Named> named = named_rules(text);
  for (const Named& each : named) {
    rules.push_back(each.rule->rule);
    if (!each.connection.empty()) rules.back().space.name = each.connection;
    else if (named.size() > 1) rules.back().space.name = each.rule->name;
  }
  if (!rules.empty()) return rules;
  const auto source = std::make_shared<const base::Source>(base::Source{"rule", text});
  const Span place{source, 0, text.size()};
  std::optional<rule::RuleSpace> space;
  if (text.find('=') != std::string::npos) {
    const auto tables = read_event_text(source, {"synapse"}, diagnostics);
    if (!tables) return std::nullopt;
    space = rule::read_event_rule("synapse", *tables->front().as<Table>(), place, diagnostics);
  } else {
    Table table;
    table.set("dw", {text, place});
    space = rule::read_rule_space("synapse", table, place, diagnostics);
  }
  auto rule = only_rule(std::move(space), place, diagnostics);
  if (!rule) return std::nullopt;
  rules.push_back(std::move(*rule));
  return rules;
}

}  // namespace

std::optional<std::vector<rule::Rule>> read_rule_file(const std::string& path, base::Diagnostics& diagnostics) {
  if (is_text(path) && (!named_rules(path).empty() || path.find_first_of("*+^=;") != std::string::npos))
    return read_text(path, diagnostics);
  if (is_text(path) && path.find('/') == std::string::npos) {
    std::vector<std::string> known;
    for (const KnownRule& each : library()) known.push_back(each.name);
    diagnostics.error({}, fmt::format("there is no rule '{}'{}", path, base::did_you_mean(path, known)),
                      "a rule.toml, a run folder, a formula, or a known rule ('carve describe' lists them)");
    return std::nullopt;
  }
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
  if (is_text(*path)) {
    const std::vector<Named> named = named_rules(*path);
    if (!named.empty()) return known_rules(named, wanted, read, diagnostics);
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
