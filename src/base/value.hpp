// What the user wrote, as a tree: each key and each value knows its place. Free of any file format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "carve/base/span.hpp"

namespace carve::base {

struct Value;
struct Entry;

using Array = std::vector<Value>;

/// Keys with their values, in the order of the user's file.
struct Table {
  std::vector<Entry> entries;

  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] Value* find(std::string_view key);
  /// Replaces the value of `key`, or appends the key.
  void set(std::string_view key, Value value);
};

struct Value {
  std::variant<bool, std::int64_t, double, std::string, Array, Table> data;
  Span span;

  template <class T>
  [[nodiscard]] const T* as() const {
    return std::get_if<T>(&data);
  }
  template <class T>
  [[nodiscard]] T* as() {
    return std::get_if<T>(&data);
  }
  /// The value of an integer or a real number, or nullptr-like false through `is_number`.
  [[nodiscard]] bool is_number() const { return as<std::int64_t>() || as<double>(); }
  [[nodiscard]] double number() const;
  /// "an integer", "text", "a table", ... for messages.
  [[nodiscard]] std::string_view type_name() const;
};

struct Entry {
  std::string key;
  Span key_span;
  Value value;
};

/// The value as TOML on one line: text quoted and escaped, numbers as the shortest text that reads back the same.
[[nodiscard]] std::string format_value(const Value& value);

/// The table as a TOML document: plain keys first, then each sub-table under its [header].
[[nodiscard]] std::string format_document(const Table& table);

}  // namespace carve::base
