#include "carve/base/schema.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace carve::base {
namespace {

/// Reports that a value has the wrong type.
bool wrong_type(const Value& value, std::string_view wanted, Diagnostics& diagnostics) {
  const auto* text = value.as<std::string>();
  const bool number = wanted.ends_with("number") || wanted.ends_with("integer");
  std::string hint;
  if (text && number && parse_number(*text)) hint = "write it without quotes";
  else if (text && number && parse_quantity(*text)) hint = "it has no unit: write the number alone";
  diagnostics.error(value.span, fmt::format("expected {}, but this is {}", wanted, value.type_name()), hint);
  return false;
}

bool check_range(const Value& value, const Range& range, double number, Diagnostics& diagnostics) {
  if (std::isfinite(number) && range.contains(number)) return true;
  const std::string allowed = range.text();
  diagnostics.error(value.span, fmt::format("{} is out of range", format_value(value)),
                    allowed.empty() ? "must be a finite number" : "must be " + allowed);
  return false;
}

}  // namespace

bool Range::contains(double value) const {
  return (lower_open ? value > lower : value >= lower) && (upper_open ? value < upper : value <= upper);
}

std::string Range::text() const {
  const std::string low =
      std::isfinite(lower) ? fmt::format("{} {}", lower_open ? ">" : ">=", format_number(lower)) : "";
  const std::string high =
      std::isfinite(upper) ? fmt::format("{} {}", upper_open ? "<" : "<=", format_number(upper)) : "";
  if (low.empty() || high.empty()) return low + high;
  return low + " and " + high;
}

bool read_value(const Value& value, const Range&, bool& out, Diagnostics& diagnostics) {
  const auto* flag = value.as<bool>();
  if (!flag) return wrong_type(value, "true or false", diagnostics);
  out = *flag;
  return true;
}

bool read_value(const Value& value, const Range& range, std::int64_t& out, Diagnostics& diagnostics) {
  const auto* integer = value.as<std::int64_t>();
  if (!integer) return wrong_type(value, "an integer", diagnostics);
  if (!check_range(value, range, static_cast<double>(*integer), diagnostics)) return false;
  out = *integer;
  return true;
}

bool read_value(const Value& value, const Range& range, double& out, Diagnostics& diagnostics) {
  if (!value.is_number()) return wrong_type(value, "a number", diagnostics);
  if (!check_range(value, range, value.number(), diagnostics)) return false;
  out = value.number();
  return true;
}

bool read_value(const Value& value, const Range&, std::string& out, Diagnostics& diagnostics) {
  const auto* text = value.as<std::string>();
  if (!text) return wrong_type(value, "text", diagnostics);
  out = *text;
  return true;
}

bool read_value(const Value& value, const Range& range, std::vector<double>& out, Diagnostics& diagnostics) {
  const auto* items = value.as<Array>();
  if (!items) return wrong_type(value, "a list of numbers", diagnostics);
  std::vector<double> read(items->size());
  for (std::size_t i = 0; i < items->size(); ++i) {
    if (!read_value((*items)[i], range, read[i], diagnostics)) return false;
  }
  out = std::move(read);
  return true;
}

bool read_quantity(const Value& value, const Range& range, Dimension dimension, double& out, Diagnostics& diagnostics) {
  const std::string hint = fmt::format("write {}, for example \"{}\"", name_of(dimension), example_of(dimension));
  const auto* text = value.as<std::string>();
  const auto quantity = text ? parse_quantity(*text) : std::nullopt;
  if (!quantity) {
    diagnostics.error(value.span, fmt::format("expected {} with its unit", name_of(dimension)), hint);
    return false;
  }
  if (quantity->dimension != dimension) {
    diagnostics.error(
        value.span,
        fmt::format("expected {}, but {} is {}", name_of(dimension), format_value(value), name_of(quantity->dimension)),
        hint);
    return false;
  }
  if (!check_range(value, range, quantity->value, diagnostics)) return false;
  out = quantity->value;
  return true;
}

Value write_value(bool value) { return {value, {}}; }
Value write_value(std::int64_t value) { return {value, {}}; }
Value write_value(double value) { return {value, {}}; }
Value write_value(const std::string& value) { return {value, {}}; }
Value write_value(const std::vector<double>& value) {
  Array items;
  for (const double item : value) items.push_back(write_value(item));
  return {std::move(items), {}};
}

std::string join_choices(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  return text;
}

void report_choice(const Value& value, const std::vector<std::string>& names, Diagnostics& diagnostics) {
  const auto* text = value.as<std::string>();
  diagnostics.error(value.span,
                    fmt::format("unknown choice {}{}", format_value(value), text ? did_you_mean(*text, names) : ""),
                    "one of " + join_choices(names));
}

void report_unknown_keys(const Table& table, const std::vector<std::string>& known, const std::string& where,
                         Diagnostics& diagnostics) {
  for (const Entry& entry : table.entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    diagnostics.error(entry.key_span,
                      fmt::format("unknown key '{}' in {}{}", entry.key, where, did_you_mean(entry.key, known)));
  }
}

}  // namespace carve::base
