#include "carve/base/value.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "carve/base/units.hpp"

namespace carve::base {
namespace {

std::string format_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': result += "\\\""; break;
      case '\\': result += "\\\\"; break;
      case '\n': result += "\\n"; break;
      case '\t': result += "\\t"; break;
      case '\r': result += "\\r"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) result += fmt::format("\\u{:04X}", c);
        else result += c;
    }
  }
  return result + '"';
}

std::string format_key(std::string_view key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  return bare ? std::string(key) : format_text(key);
}

std::string format_real(double value) {
  std::string text = format_number(value);
  // A TOML float needs a point or an exponent, or it would read back as an integer.
  if (text.find_first_of(".enai") == std::string::npos) text += ".0";
  return text;
}

void append_table(const Table& table, const std::string& path, std::string& text) {
  for (const Entry& entry : table.entries) {
    if (!entry.value.as<Table>()) text += fmt::format("{} = {}\n", format_key(entry.key), format_value(entry.value));
  }
  for (const Entry& entry : table.entries) {
    const Table* inner = entry.value.as<Table>();
    if (!inner) continue;
    const std::string inner_path = path.empty() ? format_key(entry.key) : path + "." + format_key(entry.key);
    text += fmt::format("\n[{}]\n", inner_path);
    append_table(*inner, inner_path, text);
  }
}

}  // namespace

const Value* Table::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

Value* Table::find(std::string_view key) { return const_cast<Value*>(std::as_const(*this).find(key)); }

void Table::set(std::string_view key, Value value) {
  if (Value* existing = find(key)) *existing = std::move(value);
  else entries.push_back({std::string(key), {}, std::move(value)});
}

double Value::number() const {
  if (const auto* integer = as<std::int64_t>()) return static_cast<double>(*integer);
  const auto* real = as<double>();
  return real ? *real : 0.0;
}

std::string_view Value::type_name() const {
  constexpr std::string_view names[] = {"true or false", "an integer", "a number", "text", "a list", "a table"};
  return names[data.index()];
}

std::string format_value(const Value& value) {
  struct Formatter {
    std::string operator()(bool v) const { return v ? "true" : "false"; }
    std::string operator()(std::int64_t v) const { return fmt::format("{}", v); }
    std::string operator()(double v) const { return format_real(v); }
    std::string operator()(const std::string& v) const { return format_text(v); }
    std::string operator()(const Array& v) const {
      std::string text;
      for (const Value& item : v) text += (text.empty() ? "" : ", ") + format_value(item);
      return "[" + text + "]";
    }
    std::string operator()(const Table& v) const {
      std::string text;
      for (const Entry& entry : v.entries) {
        text += fmt::format("{}{} = {}", text.empty() ? " " : ", ", format_key(entry.key), format_value(entry.value));
      }
      return text.empty() ? "{}" : "{" + text + " }";
    }
  };
  return std::visit(Formatter{}, value.data);
}

std::string format_document(const Table& table) {
  std::string text;
  append_table(table, "", text);
  return text;
}

}  // namespace carve::base
