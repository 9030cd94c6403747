// The sections of a file, found and read with every mistake reported at its place.
#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "carve/base/component.hpp"

namespace carve::experiment {

/// A table of the file, and where it stands.
struct Section {
  base::Table table;
  base::Span place;
};

/// Reads sections of one document.
class Sections {
 public:
  Sections(const base::Table& document, const base::Span& place, base::Diagnostics& diagnostics)
      : document_(document), document_place_(place), diagnostics_(diagnostics) {}

  [[nodiscard]] base::Diagnostics& diagnostics() { return diagnostics_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  /// Whether what the components made from now on must know beside their own fields is right.
  void know_context(bool known) { context_known_ = known; }

  /// The table `name`; reports its absence where it is required.
  std::optional<Section> section(const std::string& name, const std::string& hint, bool required = true) {
    const base::Value* value = document_.find(name);
    if (!value) {
      if (required) diagnostics_.error(document_place_, fmt::format("missing [{}]", name), hint);
      return std::nullopt;
    }
    const base::Table* table = value->as<base::Table>();
    if (!table) {
      diagnostics_.error(value->span, fmt::format("'{}' must be a table, but this is {}", name, value->type_name()),
                         fmt::format("write [{}] on a line of its own, its keys below", name));
      return std::nullopt;
    }
    return Section{*table, value->span};
  }

  /// Takes the fields of `schema` out of a section that a component reads the rest of.
  template <class Options>
  Options take(const base::Schema<Options>& schema, Section& section, const std::string& where, base::Table& resolved) {
    base::Table own;
    for (const base::Field<Options>& field : schema.fields) {
      auto& entries = section.table.entries;
      const auto found =
          std::find_if(entries.begin(), entries.end(), [&](const base::Entry& e) { return e.key == field.info.name; });
      if (found == entries.end()) continue;
      own.entries.push_back(*found);
      entries.erase(found);
    }
    const Options options = schema.read(own, section.place, where, diagnostics_);
    schema.write(options, resolved);
    return options;
  }

  /// Makes the component that a section names under `selector`.
  template <class Product, class Context>
  std::unique_ptr<Product> make(const std::vector<const base::Component<Product, Context>*>& list,
                                const base::Table& table, const base::Span& place, const std::string& selector,
                                const std::string& what, const Context& context, base::Table& resolved,
                                std::vector<std::string> also = {}) {
    const auto* component = base::find_component(list, table, place, selector, what, diagnostics_);
    if (!component) return nullptr;
    // Unknown keys are reported here, where the keys beside the component's own are known too.
    also.push_back(selector);
    for (const base::FieldInfo& field : component->fields) also.push_back(field.name);
    base::report_unknown_keys(table, also, fmt::format("{} = \"{}\"", selector, component->name), diagnostics_);
    base::Table known;
    for (const base::Entry& entry : table.entries) {
      if (std::find(also.begin(), also.end(), entry.key) != also.end()) known.entries.push_back(entry);
    }
    base::Diagnostics own;
    auto made = component->make(known, place, context, resolved, own);
    for (const base::Diagnostic& each : own.items()) {
      // What is said of the component as a whole depends on the context too: with a wrong network it would mislead.
      const bool whole = each.span.source == place.source && each.span.begin == place.begin;
      if (whole && !context_known_ && !each.message.starts_with("missing")) continue;
      diagnostics_.error(whole ? quoted_value(table, each) : each.span, each.message, each.hint);
    }
    return made;
  }

  template <class Options>
  static std::vector<std::string> names(const base::Schema<Options>& schema) {
    std::vector<std::string> result;
    for (const base::Field<Options>& field : schema.fields) result.push_back(field.info.name);
    return result;
  }

  /// Where the value stands that a message about a whole table quotes ('samples.csv'); else the table's own place.
  static base::Span quoted_value(const base::Table& table, const base::Diagnostic& diagnostic) {
    for (const base::Entry& entry : table.entries) {
      const auto* text = entry.value.as<std::string>();
      if (text && !text->empty() && diagnostic.message.find(*text + "'") != std::string::npos) return entry.value.span;
    }
    return diagnostic.span;
  }

  /// The resolved copy lies in another folder: what names a file beside this one is written out in full.
  void write_paths_in_full(base::Table& resolved) const {
    for (base::Entry& entry : resolved.entries) {
      auto* text = entry.value.as<std::string>();
      std::error_code ignored;
      const auto path = std::filesystem::path(folder_) / (text ? *text : "");
      if (text && std::filesystem::is_regular_file(path, ignored))
        *text = std::filesystem::absolute(path).lexically_normal().string();
    }
  }

  static base::Span place_of(const Section& section, std::string_view key) {
    const base::Value* value = section.table.find(key);
    return value ? value->span : section.place;
  }

 protected:
  const base::Table& document_;
  base::Span document_place_;
  base::Diagnostics& diagnostics_;
  std::string folder_;  // where relative file names start

 private:
  bool context_known_ = true;
};

}  // namespace carve::experiment
