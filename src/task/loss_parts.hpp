// Losses that are sums of others: how their parts are read.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "carve/base/component.hpp"

namespace carve::task {

/// One loss of a sum.
template <class Loss>
struct LossPart {
  double weight = 1;
  std::unique_ptr<Loss> loss;
};

/// The field `parts` of a sum.
[[nodiscard]] inline base::FieldInfo parts_field() {
  return {.name = "parts",
          .brief = "losses, each a table with 'kind', 'weight' (> 0, 1 if left out) and its own fields; no sums",
          .type = "list of tables",
          .required = true};
}

/// One entry of `parts`; nothing after reporting.
template <class Loss, class Context>
std::optional<LossPart<Loss>> read_loss_part(const std::vector<const base::Component<Loss, Context>*>& list,
                                             const base::Value& value, const Context& context, base::Table& resolved,
                                             base::Diagnostics& diagnostics) {
  const auto* table = value.as<base::Table>();
  if (!table) {
    diagnostics.error(value.span, "expected a table, but this is " + std::string(value.type_name()),
                      "for example { kind = \"" + list.front()->name + "\", weight = 1 }");
    return std::nullopt;
  }
  const auto* component = base::find_component(list, *table, value.span, "kind", "part of a sum", diagnostics);
  LossPart<Loss> part;
  base::Table rest;
  bool weight_known = true;
  for (const base::Entry& each : table->entries) {
    if (each.key == "weight") weight_known = base::read_value(each.value, base::positive, part.weight, diagnostics);
    else rest.entries.push_back(each);
  }
  if (!component) return std::nullopt;
  part.loss = component->make(rest, value.span, context, resolved, diagnostics);
  resolved.set("weight", base::write_value(part.weight));
  if (!part.loss || !weight_known) return std::nullopt;
  return part;
}

/// The table of a sum with its name and its parts: those that are fine, each with its place; everything else is
/// reported.
template <class Loss, class Context>
std::vector<std::pair<LossPart<Loss>, base::Span>> read_loss_parts(
    const base::Component<Loss, Context>& sum, std::vector<const base::Component<Loss, Context>*> list,
    const base::Table& table, const base::Span& place, const Context& context, base::Table& resolved,
    base::Diagnostics& diagnostics) {
  std::erase(list, &sum);
  base::report_unknown_keys(table, {"kind", "parts"}, "kind = \"" + sum.name + "\"", diagnostics);
  const base::Value* value = table.find("parts");
  const auto* entries = value ? value->as<base::Array>() : nullptr;
  if (!entries || entries->empty()) {
    diagnostics.error(value ? value->span : place,
                      value ? "expected a list of losses" : "missing 'parts' in kind = \"" + sum.name + "\"",
                      "for example " + sum.sample.substr(sum.sample.find('\n') + 1));
    return {};
  }
  resolved.set("kind", base::write_value(sum.name));
  base::Array resolved_parts;
  std::vector<std::pair<LossPart<Loss>, base::Span>> parts;
  for (const base::Value& each : *entries) {
    base::Table resolved_part;
    auto part = read_loss_part(list, each, context, resolved_part, diagnostics);
    resolved_parts.push_back({std::move(resolved_part), {}});
    if (part) parts.emplace_back(std::move(*part), each.span);
  }
  resolved.set("parts", {std::move(resolved_parts), {}});
  return parts;
}

}  // namespace carve::task
