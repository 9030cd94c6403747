#include "carve/experiment/rules/library.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "carve/experiment/reading/toml_reader.hpp"
#include "carve/experiment/rules/library_texts.hpp"
#include "carve/rule/event_family.hpp"

namespace carve::experiment {
namespace {

/// One file of the library, which carve brings along: a mistake in it is a bug.
KnownRule read(const LibraryText& file) {
  base::Diagnostics diagnostics;
  const auto source =
      std::make_shared<const base::Source>(base::Source{std::string(file.name), std::string(file.text)});
  const auto document = read_toml(source, diagnostics);
  if (!document) throw std::logic_error(diagnostics.render());
  const base::Table& whole = *document->as<base::Table>();
  const base::Table& table = *whole.find("rule")->as<base::Table>()->find("synapse")->as<base::Table>();
  const auto read_space = table.find("dw") ? rule::read_rule_space : rule::read_event_rule;
  auto space = read_space("synapse", table, document->span, diagnostics);
  auto rule = space ? rule::fixed_rule(std::move(*space), diagnostics) : std::nullopt;
  if (!rule) throw std::logic_error(diagnostics.render());
  const auto text = [&](const char* key) { return *whole.find(key)->as<std::string>(); };
  return {std::string(file.name), text("brief"), text("cite"), std::string(file.text), table, std::move(*rule)};
}

}  // namespace

const std::vector<KnownRule>& library() {
  static const std::vector<KnownRule> list = [] {
    std::vector<KnownRule> all;
    for (const LibraryText& each : library_texts()) all.push_back(read(each));
    return all;
  }();
  return list;
}

const KnownRule* find_known_rule(std::string_view name) {
  const auto found =
      std::find_if(library().begin(), library().end(), [&](const auto& each) { return each.name == name; });
  return found == library().end() ? nullptr : &*found;
}

}  // namespace carve::experiment
