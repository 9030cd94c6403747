// carve export: a found rule as code or text for other programs.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/base/version.hpp"
#include "carve/experiment/record/files.hpp"
#include "carve/experiment/rules/rule_file.hpp"
#include "carve/exports/exporter.hpp"

namespace carve::app {
namespace {

const exports::Exporter* find_exporter(const std::string& name, base::Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const exports::Exporter* each : exports::exporters()) {
    if (each->name == name) return each;
    names.push_back(each->name);
  }
  diagnostics.error({}, fmt::format("no export is called '{}'{}", name, base::did_you_mean(name, names)),
                    "one of " + base::join_choices(names));
  return nullptr;
}

/// Leaves only the rule of that connection, where one is named.
bool choose(std::vector<rule::Rule>& rules, const std::string& connection, base::Diagnostics& diagnostics) {
  if (connection.empty()) return true;
  std::vector<std::string> names;
  for (const rule::Rule& each : rules) names.push_back(each.space.name);
  std::erase_if(rules, [&](const rule::Rule& each) { return each.space.name != connection; });
  if (rules.empty())
    diagnostics.error({}, fmt::format("no rule is called '{}'{}", connection, base::did_you_mean(connection, names)),
                      "one of " + base::join_choices(names));
  return !rules.empty();
}

std::optional<std::string> exported(const ExportArguments& arguments, base::Diagnostics& diagnostics) {
  const exports::Exporter* exporter = find_exporter(arguments.target, diagnostics);
  if (!exporter) return std::nullopt;
  auto rules = experiment::read_rule_file(arguments.rule, diagnostics);
  if (!rules || !choose(*rules, arguments.connection, diagnostics)) return std::nullopt;
  const std::string origin = fmt::format("From {}, by carve {}.", arguments.rule, base::version().release);
  return exporter->write({std::move(*rules), origin}, diagnostics);
}

}  // namespace

int export_rule(const ExportArguments& arguments) {
  base::Diagnostics diagnostics;
  const std::optional<std::string> text = exported(arguments, diagnostics);
  if (!text) {
    print(diagnostics);
    return user_error;
  }
  if (arguments.out.empty()) {
    fmt::print("{}", *text);
    return fine;
  }
  experiment::write_file(arguments.out, *text);
  fmt::print("{}\n", arguments.out);
  return fine;
}

}  // namespace carve::app
