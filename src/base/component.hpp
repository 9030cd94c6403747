// A component: everything about it in one place, listed in its room by one line.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "carve/base/schema.hpp"

namespace carve::base {

/// What a user may name with `kind = "..."` (or `method`, `family`): its meaning, source, fields and factory.
/// Product is the interface it makes; Context is what the factory needs to know beyond its own fields.
template <class Product, class Context>
struct Component {
  std::string name;
  std::string brief;
  std::string cite;    // a key of docs/references.md
  std::string sample;  // a valid table body, as the user would write it
  std::vector<FieldInfo> fields;
  /// Reads the table (found at `place`) and writes every field, defaults included, to `resolved`.
  /// Reports mistakes and then returns nullptr.
  std::function<std::unique_ptr<Product>(const Table& table, const Span& place, const Context& context, Table& resolved,
                                         Diagnostics& diagnostics)>
      make;
};

/// A component whose fields fill `Options` and whose product is made by `factory(options, context, place,
/// diagnostics)`. `selector` is the key that names the component.
template <class Product, class Context, class Options, class Factory>
Component<Product, Context> component(std::string name, std::string brief, std::string cite, std::string sample,
                                      std::string selector, Schema<Options> schema, Factory factory) {
  Component<Product, Context> made{name, std::move(brief), std::move(cite), std::move(sample), schema.describe(), {}};
  made.make = [name, selector, schema = std::move(schema), factory](
                  const Table& table, const Span& place, const Context& context, Table& resolved,
                  Diagnostics& diagnostics) -> std::unique_ptr<Product> {
    const std::size_t before = diagnostics.size();
    const Options options = schema.read(table, place, selector + " = \"" + name + "\"", diagnostics, {selector});
    if (diagnostics.size() != before) return nullptr;
    resolved.set(selector, write_value(name));
    schema.write(options, resolved);
    return factory(options, context, place, diagnostics);
  };
  return made;
}

/// Finds the component that `table` names under `selector`; reports a missing or unknown name.
template <class Product, class Context>
const Component<Product, Context>* find_component(const std::vector<const Component<Product, Context>*>& list,
                                                  const Table& table, const Span& place, const std::string& selector,
                                                  const std::string& what, Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const auto* each : list) names.push_back(each->name);
  const Value* value = table.find(selector);
  if (!value) {
    diagnostics.error(place, "missing '" + selector + "': which " + what + "?", "one of " + join_choices(names));
    return nullptr;
  }
  const auto* text = value->as<std::string>();
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const auto* each) { return text && each->name == *text; });
  if (found != list.end()) return *found;
  if (text)
    diagnostics.error(value->span, "unknown " + what + " \"" + *text + "\"" + did_you_mean(*text, names),
                      "one of " + join_choices(names));
  else diagnostics.error(value->span, "expected text, but this is " + std::string(value->type_name()));
  return nullptr;
}

}  // namespace carve::base
