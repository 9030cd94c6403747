// TOML text as a tree of values that know their places.
#pragma once

#include <cstddef>
#include <optional>

#include "carve/base/diagnostic.hpp"
#include "carve/base/value.hpp"

namespace carve::experiment {

/// Parts of a dotted key, at most: all that walks through values does so by recursion.
inline constexpr std::size_t most_key_parts = 20;

/// Reads a document; reports the first syntax error at its place and returns nothing.
[[nodiscard]] std::optional<base::Value> read_toml(const base::SourcePtr& source, base::Diagnostics& diagnostics);

/// Reads what stands right of "key =" (the text of the span): a number, a list, ...; a bare word counts as a string.
[[nodiscard]] base::Value read_toml_value(const base::Span& span, base::Diagnostics& diagnostics);

/// Sets the value at the dotted path ("search.population") that `place` covers, making tables on the way. Returns false
/// where the path leads through something that is no table. At most `most_key_parts` parts.
[[nodiscard]] bool set_path(base::Table& document, const base::Span& place, base::Value value);

}  // namespace carve::experiment
