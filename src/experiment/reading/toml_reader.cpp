#include "carve/experiment/reading/toml_reader.hpp"

#include <algorithm>
#include <string>

#define TOML_HEADER_ONLY 1
// toml++ 3.3 asserts that a key starts like one (parse_key) before it reports, a few lines later, that it does not:
// "[%x]". With NDEBUG it even lets the compiler assume so. Neither may happen to a user's text.
#undef NDEBUG
#define TOML_ASSERT(truth) static_cast<void>(0)
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 32  // lists and tables in brackets, one in the other
#include <toml++/toml.h>

namespace carve::experiment {
namespace {

using base::Span;
using base::Value;

/// toml++ counts columns in characters; spans count bytes.
std::size_t byte_of(const std::string& text, const toml::source_position& position) {
  std::size_t at = base::offset_of(text, position.line, 1);
  for (toml::source_index column = 1; column < position.column && at < text.size() && text[at] != '\n'; ++column) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

Span span_of(const base::SourcePtr& source, const toml::source_region& region) {
  const std::size_t begin = byte_of(source->text, region.begin);
  const std::size_t end = std::max(begin, byte_of(source->text, region.end));
  // A header of a table ends where its last key ends; its span is for messages, so one line is enough.
  const std::size_t line_end = std::min(source->text.find('\n', begin), source->text.size());
  return {source, begin, std::min(end, std::max(line_end, begin)) - begin};
}

Value convert(const base::SourcePtr& source, const toml::node& node, base::Diagnostics& diagnostics);

base::Table convert_table(const base::SourcePtr& source, const toml::table& table, base::Diagnostics& diagnostics) {
  base::Table result;
  for (const auto& [key, node] : table) {
    result.entries.push_back(
        {std::string(key.str()), span_of(source, key.source()), convert(source, node, diagnostics)});
  }
  // toml++ goes through tables in alphabetical order; people read files from top to bottom.
  std::stable_sort(result.entries.begin(), result.entries.end(),
                   [](const base::Entry& a, const base::Entry& b) { return a.key_span.begin < b.key_span.begin; });
  return result;
}

Value convert(const base::SourcePtr& source, const toml::node& node, base::Diagnostics& diagnostics) {
  const Span span = span_of(source, node.source());
  if (const auto* table = node.as_table()) return {convert_table(source, *table, diagnostics), span};
  if (const auto* array = node.as_array()) {
    base::Array items;
    for (const toml::node& item : *array) items.push_back(convert(source, item, diagnostics));
    return {std::move(items), span};
  }
  if (const auto* flag = node.as_boolean()) return {flag->get(), span};
  if (const auto* integer = node.as_integer()) return {integer->get(), span};
  if (const auto* real = node.as_floating_point()) return {real->get(), span};
  if (const auto* text = node.as_string()) return {text->get(), span};
  diagnostics.error(span, "dates and times have no meaning here");
  return {false, span};
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// toml++'s message at its place, in words for people who do not know toml++.
void report(const base::SourcePtr& source, const toml::parse_error& error, base::Diagnostics& diagnostics) {
  std::string message(error.description());
  if (message.find("utf-8") != std::string::npos) {
    diagnostics.error({},
                      source->name + " is not text: line " + std::to_string(error.source().begin.line) +
                          " holds bytes that are not UTF-8",
                      "an experiment is a TOML file");
    return;
  }
  Span span = span_of(source, error.source());
  std::string hint;
  constexpr std::string_view parsing = "Error while parsing ";
  if (message.starts_with(parsing)) {
    const std::size_t colon = message.find(": ");
    hint = "in this " + message.substr(parsing.size(), colon - parsing.size());
    message = message.substr(colon + 2);
  }
  replace_all(message, "'\\n'", "the end of the line");
  replace_all(message, "saw end-of-file", "saw the end of the file");
  if (message.find("TOML_MAX_NESTED_VALUES") != std::string::npos) {
    message = "more than " + std::to_string(TOML_MAX_NESTED_VALUES) + " lists or tables, one in the other";
    diagnostics.error({source, span.begin, 1}, message, "nothing in an experiment is that deep");
    return;
  }
  const std::size_t redefined = message.find("cannot redefine existing ");
  if (redefined == 0) {  // reported behind the value: the whole line is meant
    const std::string& text = source->text;
    const std::size_t at = std::min(span.begin, text.size());
    const std::size_t before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
    const std::size_t line = before == std::string::npos ? 0 : before + 1;
    span = {source, line, at - line};
    message = message.substr(message.find('\'')) + " is given twice";
    hint = "keep one of the two";
  } else {
    message = "this is not TOML: " + message;
  }
  if (span.length == 0) span.length = 1;
  diagnostics.error(span, message, hint);
}

/// The bytes of the UTF-8 character at `at`, or 0 where there is none.
std::size_t character_size(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t size = lead < 0x80                   ? 1
                           : lead >= 0xC2 && lead < 0xE0 ? 2
                           : lead >= 0xE0 && lead < 0xF0 ? 3
                           : lead >= 0xF0 && lead < 0xF5 ? 4
                                                         : 0;
  if (at + size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((static_cast<unsigned char>(text[at + i]) & 0xC0U) != 0x80U) return 0;
  }
  return size;
}

/// The first byte that is neither in quotes nor in a comment and for which `wanted(at)` holds, or npos.
template <class Wanted>
std::size_t first_bare(std::string_view text, Wanted wanted) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (wanted(at)) return at;
    const char c = text[at];
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    ++at;
    if (c != '"' && c != '\'') continue;
    // A string: with three quotes it may go on over lines, else it ends with its line at the latest.
    const std::string triple(3, c);
    const bool long_string = text.substr(at - 1).starts_with(triple);
    if (long_string) at += 2;
    for (; at < text.size(); ++at) {
      if (c == '"' && text[at] == '\\') ++at;
      else if (long_string ? text.substr(at).starts_with(triple) : text[at] == c || text[at] == '\n') break;
    }
    at += long_string ? triple.size() : 1;
  }
  return std::string_view::npos;
}

/// Where the first character beyond ASCII stands that is neither in quotes nor in a comment, or npos. TOML has none
/// there, and toml++ 3.3 takes some of them for what cannot happen (is_non_ascii_whitespace). Bytes that are no UTF-8
/// are left to it.
std::size_t first_stray_character(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  const std::size_t begin = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  const std::size_t at =
      first_bare(text, [&](std::size_t i) { return i >= begin && static_cast<unsigned char>(text[i]) >= 0x80; });
  return at < text.size() && character_size(text, at) > 0 ? at : std::string_view::npos;
}

/// Where a dotted key goes on beyond its last allowed part, or npos.
std::size_t first_part_too_many(std::string_view text) {
  std::size_t parts = 1;
  return first_bare(text, [&](std::size_t i) {
    if (std::string_view("\n=,{}[]").find(text[i]) != std::string_view::npos) parts = 1;
    return text[i] == '.' && ++parts > most_key_parts;
  });
}

/// Reports what toml++ must not see at `at`, unless something before that line is wrong: that comes first.
std::optional<Value> report_before_parsing(const base::SourcePtr& source, std::size_t at, std::size_t length,
                                           const std::string& message, const std::string& hint,
                                           base::Diagnostics& diagnostics) {
  const std::size_t line = std::min(source->text.rfind('\n', at), at);
  const auto before = std::make_shared<const base::Source>(
      base::Source{source->name, line < at ? source->text.substr(0, line + 1) : std::string()});
  if (!read_toml(before, diagnostics)) return std::nullopt;
  diagnostics.error({source, at, length}, message, hint);
  return std::nullopt;
}

}  // namespace

std::optional<Value> read_toml(const base::SourcePtr& source, base::Diagnostics& diagnostics) {
  const std::size_t stray = first_stray_character(source->text);
  const std::size_t deep = first_part_too_many(source->text);
  if (stray < deep) {
    return report_before_parsing(source, stray, character_size(source->text, stray),
                                 "this character may stand in quotes or in a comment only", "", diagnostics);
  }
  if (deep != std::string_view::npos) {
    return report_before_parsing(source, deep, 1, "more than " + std::to_string(most_key_parts) + " parts in one key",
                                 "nothing in an experiment is that deep", diagnostics);
  }
  const toml::parse_result result = toml::parse(std::string_view(source->text), source->name);
  if (!result) {
    const toml::parse_error& error = result.error();
    report(source, error, diagnostics);
    return std::nullopt;
  }
  const std::size_t before = diagnostics.size();
  base::Table table = convert_table(source, result.table(), diagnostics);
  if (diagnostics.size() != before) return std::nullopt;
  return Value{std::move(table), {source, 0, 0}};
}

Value read_toml_value(const Span& span, base::Diagnostics& diagnostics) {
  const auto line = std::make_shared<base::Source>(base::Source{"", "value = " + std::string(span.text())});
  // What toml++ must not see is text without quotes.
  const bool bare = first_stray_character(line->text) != std::string_view::npos ||
                    first_part_too_many(line->text) != std::string_view::npos;
  const toml::parse_result result = toml::parse(bare ? std::string_view() : std::string_view(line->text));
  if (!result || result.table().size() != 1) {  // text without quotes, unless quotes or brackets were meant
    const std::string_view text = span.text();
    if (text.empty() || std::string_view("[{\"'").find(text.front()) != std::string_view::npos) {
      diagnostics.error(span,
                        text.empty() ? "there is no value"
                        : bare       ? "this value cannot be read"
                                     : "this value is not complete",
                        "a number, text, or a list or table as in the file");
    }
    return {std::string(text), span};
  }
  Value value = convert(line, result.table().begin()->second, diagnostics);
  value.span = span;
  return value;
}

bool set_path(base::Table& document, const Span& place, Value value) {
  base::Table* table = &document;
  const std::string_view whole = place.text();
  std::string_view path = whole;
  const auto here = [&](std::string_view key) {
    return place.sub(static_cast<std::size_t>(key.data() - whole.data()), key.size());
  };
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    const std::string_view key = path.substr(0, dot);
    if (!table->find(key)) {
      table->set(key, {base::Table{}, here(key)});
      table->entries.back().key_span = here(key);
    }
    table = table->find(key)->as<base::Table>();
    if (!table) return false;
    path.remove_prefix(dot + 1);
  }
  const bool is_new = table->find(path) == nullptr;
  table->set(path, std::move(value));
  if (is_new) table->entries.back().key_span = here(path);
  return true;
}

}  // namespace carve::experiment
