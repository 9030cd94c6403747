// Fields of a component, defined once: reading, checking, defaults, the resolved copy and the reference come from it.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "carve/base/diagnostic.hpp"
#include "carve/base/units.hpp"
#include "carve/base/value.hpp"

namespace carve::base {

/// The numbers a field accepts.
struct Range {
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  bool lower_open = false;
  bool upper_open = false;

  [[nodiscard]] bool contains(double value) const;
  /// "> 0", ">= 1", "from 1 to 100"; empty where every finite number is accepted.
  [[nodiscard]] std::string text() const;
};

[[nodiscard]] constexpr Range at_least(double lower) { return {.lower = lower}; }
[[nodiscard]] constexpr Range between(double lower, double upper) { return {.lower = lower, .upper = upper}; }
inline constexpr Range any_number{};
inline constexpr Range positive{.lower = 0, .lower_open = true};
inline constexpr Range not_negative{.lower = 0};

/// What a page or a test needs to know about a field.
struct FieldInfo {
  std::string name;
  std::string brief;
  std::string type;      // "integer", "number", "text", "time", "true or false", "list of numbers", "one of ..."
  std::string range;     // Range::text of numbers
  std::string fallback;  // the default as TOML; empty where the field is required
  bool required = false;
};

// How each C++ type is read from and written to a value. A reader reports a mistake at the value's place and
// returns false.
bool read_value(const Value& value, const Range& range, bool& out, Diagnostics& diagnostics);
bool read_value(const Value& value, const Range& range, std::int64_t& out, Diagnostics& diagnostics);
bool read_value(const Value& value, const Range& range, double& out, Diagnostics& diagnostics);
bool read_value(const Value& value, const Range& range, std::string& out, Diagnostics& diagnostics);
bool read_value(const Value& value, const Range& range, std::vector<double>& out, Diagnostics& diagnostics);
bool read_quantity(const Value& value, const Range& range, Dimension dimension, double& out, Diagnostics& diagnostics);
template <Dimension D>
bool read_value(const Value& value, const Range& range, Quantity<D>& out, Diagnostics& diagnostics) {
  return read_quantity(value, range, D, out.value, diagnostics);
}

[[nodiscard]] Value write_value(bool value);
[[nodiscard]] Value write_value(std::int64_t value);
[[nodiscard]] Value write_value(double value);
[[nodiscard]] Value write_value(const std::string& value);
[[nodiscard]] Value write_value(const std::vector<double>& value);
template <Dimension D>
Value write_value(const Quantity<D>& value) {
  return write_value(format_quantity(D, value.value));
}

template <class T>
std::string type_text() {
  if constexpr (std::is_same_v<T, bool>) return "true or false";
  else if constexpr (std::is_same_v<T, std::int64_t>) return "integer";
  else if constexpr (std::is_same_v<T, double>) return "number";
  else if constexpr (std::is_same_v<T, std::string>) return "text";
  else if constexpr (std::is_same_v<T, std::vector<double>>) return "list of numbers";
  else return std::string(name_of(T::dimension).substr(2));  // "a time" -> "time"
}

/// One member of Options as the user sees it.
template <class Options>
struct Field {
  FieldInfo info;
  std::function<bool(const Value&, Options&, Diagnostics&)> read;
  std::function<Value(const Options&)> write;

  /// The same field, but the user must give it.
  [[nodiscard]] Field required() && {
    info.required = true;
    return std::move(*this);
  }
};

/// A field for `member`; the default is the member's initial value.
template <class Options, class T>
Field<Options> field(T Options::*member, std::string name, std::string brief, Range range = {}) {
  return {.info = {.name = std::move(name), .brief = std::move(brief), .type = type_text<T>(), .range = range.text()},
          .read = [member, range](
                      const Value& value, Options& options,
                      Diagnostics& diagnostics) { return read_value(value, range, options.*member, diagnostics); },
          .write = [member](const Options& options) { return write_value(options.*member); }};
}

/// A name and the enumerator it stands for.
template <class Enum>
using Choices = std::vector<std::pair<std::string, Enum>>;

/// Reports that `value` is none of `names`.
void report_choice(const Value& value, const std::vector<std::string>& names, Diagnostics& diagnostics);
[[nodiscard]] std::string join_choices(const std::vector<std::string>& names);

/// A field whose text names an enumerator.
template <class Options, class Enum>
Field<Options> choice(Enum Options::*member, std::string name, std::string brief, Choices<Enum> choices) {
  std::vector<std::string> names;
  for (const auto& [text, enumerator] : choices) names.push_back(text);
  return {.info = {.name = std::move(name), .brief = std::move(brief), .type = "one of " + join_choices(names)},
          .read =
              [member, choices, names](const Value& value, Options& options, Diagnostics& diagnostics) {
                const auto* text = value.as<std::string>();
                for (const auto& [known, enumerator] : choices) {
                  if (!text || known != *text) continue;
                  options.*member = enumerator;
                  return true;
                }
                report_choice(value, names, diagnostics);
                return false;
              },
          .write =
              [member, choices](const Options& options) {
                for (const auto& [text, enumerator] : choices) {
                  if (options.*member == enumerator) return write_value(text);
                }
                return Value{};
              }};
}

/// Reports each key of `table` that is neither in `known` nor in `also`, with the nearest known name.
void report_unknown_keys(const Table& table, const std::vector<std::string>& known, const std::string& where,
                         Diagnostics& diagnostics);

/// All fields of one component.
template <class Options>
struct Schema {
  std::vector<Field<Options>> fields;

  [[nodiscard]] std::vector<FieldInfo> describe() const {
    std::vector<FieldInfo> infos;
    for (const Field<Options>& each : fields) {
      infos.push_back(each.info);
      if (!each.info.required) infos.back().fallback = format_value(each.write(Options{}));
    }
    return infos;
  }

  /// Reads `table`, reporting every unknown key, missing field, wrong type and value out of range at its place.
  /// `place` is where a missing field is reported; `where` names the table in messages ("[search]"); `also` are
  /// keys that somebody else reads; `options` is what fields that are left out stay at. The result is meaningful only
  /// if nothing was reported.
  [[nodiscard]] Options read(const Table& table, const Span& place, const std::string& where, Diagnostics& diagnostics,
                             std::vector<std::string> also = {}, Options options = {}) const {
    for (const Field<Options>& each : fields) {
      also.push_back(each.info.name);
      const Value* value = table.find(each.info.name);
      if (value) each.read(*value, options, diagnostics);
      else if (each.info.required)
        diagnostics.error(place, "missing '" + each.info.name + "' in " + where, each.info.brief);
    }
    report_unknown_keys(table, also, where, diagnostics);
    return options;
  }

  /// Every field with its value, defaults included.
  void write(const Options& options, Table& table) const {
    for (const Field<Options>& each : fields) table.set(each.info.name, each.write(options));
  }
};

}  // namespace carve::base
