#include "carve/task/table_file.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <regex>
#include <sstream>

#include <fmt/format.h>

#include "carve/base/units.hpp"
#include "carve/task/plain_file.hpp"

namespace carve::task {
namespace {

template <class T>
float number_at(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(value));
  return static_cast<float>(value);
}

/// How one number of a .npy type is read.
struct NumberType {
  std::string_view name;
  std::size_t size;
  float (*read)(const char*);
};
constexpr NumberType number_types[] = {{"<f4", 4, number_at<float>},         {"<f8", 8, number_at<double>},
                                       {"<i8", 8, number_at<std::int64_t>},  {"<i4", 4, number_at<std::int32_t>},
                                       {"<i2", 2, number_at<std::int16_t>},  {"|i1", 1, number_at<std::int8_t>},
                                       {"<u8", 8, number_at<std::uint64_t>}, {"<u4", 4, number_at<std::uint32_t>},
                                       {"<u2", 2, number_at<std::uint16_t>}, {"|u1", 1, number_at<std::uint8_t>}};

std::optional<NumberTable> parse_npy(const std::string& path, const std::string& content, const base::Span& place,
                                     base::Diagnostics& diagnostics) {
  const auto refuse = [&](const std::string& why, const std::string& hint = "") {
    diagnostics.error(place, fmt::format("'{}' {}", path, why), hint);
    return std::nullopt;
  };
  if (content.size() < 12 || content.compare(0, 6, "\x93NUMPY") != 0) return refuse("is not a .npy file");
  const bool long_header = content[6] >= 2;
  const auto byte = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(content[at])); };
  const std::size_t length =
      long_header ? byte(8) | byte(9) << 8 | byte(10) << 16 | byte(11) << 24 : byte(8) | byte(9) << 8;
  const std::size_t start = long_header ? 12 : 10;
  if (length > content.size() - start) return refuse("is cut short within its header");
  const std::string header = content.substr(start, length);
  std::smatch type, shape;
  if (!std::regex_search(header, type, std::regex("'descr': *'([^']*)'")) ||
      !std::regex_search(header, shape, std::regex("'shape': *\\( *([0-9]{1,15}) *, *([0-9]{1,15}) *,? *\\)"))) {
    return refuse("does not hold a table", "save a two-dimensional array: one row per sample, one column per input");
  }
  if (header.find("'fortran_order': True") != std::string::npos) {
    return refuse("is in Fortran order", "numpy.save(file, numpy.ascontiguousarray(array))");
  }
  const auto found = std::find_if(std::begin(number_types), std::end(number_types),
                                  [&](const NumberType& each) { return each.name == type[1].str(); });
  if (found == std::end(number_types))
    return refuse(fmt::format("holds numbers of type '{}'", type[1].str()), "use float32 or float64");
  NumberTable table{.rows = std::stoull(shape[1]), .columns = std::stoull(shape[2])};
  const std::size_t have = (content.size() - start - length) / found->size;
  if (table.columns == 0 || table.rows == 0) return refuse("is empty");
  if (table.rows > have / table.columns) {
    return refuse(
        fmt::format("is cut short: {} x {} numbers are promised, {} are there", table.rows, table.columns, have));
  }
  table.values.resize(table.rows * table.columns);
  const char* bytes = content.data() + start + length;
  for (std::size_t i = 0; i < table.values.size(); ++i) {
    table.values[i] = found->read(bytes + i * found->size);
    if (std::isfinite(table.values[i])) continue;
    return refuse(
        fmt::format("is not finite in row {}, column {} (both from 1)", i / table.columns + 1, i % table.columns + 1),
        "take such samples out of the table");
  }
  return table;
}

constexpr std::string_view separators = ",;\t ";

/// True for a line of names: none of its cells spells a number, not even "nan" or "inf".
bool no_numbers(std::string_view line) {
  const std::string_view between = line.find_first_of(",;\t") == std::string_view::npos ? " " : ",;\t";
  while (!line.empty()) {
    const std::size_t end = std::min(line.find_first_of(between), line.size());
    const std::size_t first = std::min(line.find_first_not_of(' '), end);
    const std::size_t last = std::min(line.find_last_not_of(' ', end == 0 ? 0 : end - 1) + 1, end);
    if (first < last && base::parse_number(line.substr(first, last - first))) return false;
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return true;
}

/// The cells of a line of names, without the spaces and quotes around them.
std::vector<std::string> names_in(std::string_view line) {
  const std::string_view between = line.find_first_of(",;\t") == std::string_view::npos ? " " : ",;\t";
  std::vector<std::string> names;
  while (true) {
    const std::size_t end = std::min(line.find_first_of(between), line.size());
    const std::string_view cell = line.substr(0, end);
    const std::size_t first = std::min(cell.find_first_not_of(" \"'"), cell.size());
    const std::size_t last = cell.find_last_not_of(" \"'") + 1;  // 0 where there is nothing else
    names.emplace_back(cell.substr(first, std::max(first, last) - first));
    if (end == line.size()) return names;
    line.remove_prefix(end + 1);
  }
}

/// Reads one line's numbers; false after reporting.
bool parse_line(const base::Span& line, std::vector<float>& out, base::Diagnostics& diagnostics) {
  const std::string_view text = line.text();
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = text.find_first_not_of(' ', at);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
    const std::optional<double> number = base::parse_number(text.substr(begin, end - begin));
    if (!number || !std::isfinite(static_cast<float>(*number))) {
      const std::string cell(text.substr(begin, end - begin));
      diagnostics.error(line.sub(begin, std::max<std::size_t>(end - begin, 1)),
                        cell.empty() ? "missing number" : fmt::format("'{}' is not a finite number", cell),
                        "take such samples out of the table");
      return false;
    }
    out.push_back(static_cast<float>(*number));
    // One separator ends a number; spaces around it belong to it.
    std::size_t next = std::min(text.find_first_not_of(' ', end), text.size());
    if (next < text.size() && separators.find(text[next]) != std::string_view::npos) ++next;
    at = next;
  }
  return true;
}

std::optional<NumberTable> parse_text(const base::SourcePtr& source, base::Diagnostics& diagnostics) {
  const std::string& text = source->text;
  NumberTable table;
  std::vector<float> row;
  bool first_line = true;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::size_t next = end + 1;
    if (end > begin && text[end - 1] == '\r') --end;
    const base::Span line{source, begin, end - begin};
    begin = next;
    const std::size_t content = line.text().find_first_not_of(" \t");
    if (content == std::string_view::npos || line.text()[content] == '#') continue;
    const bool names = first_line && no_numbers(line.text());
    first_line = false;
    if (names) {
      table.names = names_in(line.text());
      continue;
    }
    row.clear();
    if (!parse_line(line, row, diagnostics)) return std::nullopt;
    if (table.rows == 0) table.columns = row.size();
    if (row.size() != table.columns) {
      diagnostics.error(line, fmt::format("{} numbers in this row, but {} in the first", row.size(), table.columns));
      return std::nullopt;
    }
    table.values.insert(table.values.end(), row.begin(), row.end());
    ++table.rows;
  }
  return table;
}

}  // namespace

std::optional<NumberTable> read_table(const std::string& path, const base::Span& place,
                                      base::Diagnostics& diagnostics) {
  const std::string problem = why_no_plain_file(path);
  if (!problem.empty()) {
    diagnostics.error(place, problem);
    return std::nullopt;
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (file) content << file.rdbuf();
  if (!file || file.bad() || (!content && file.peek() != std::ifstream::traits_type::eof())) {
    diagnostics.error(place, fmt::format("cannot read '{}': {}", path, std::strerror(errno != 0 ? errno : EIO)));
    return std::nullopt;
  }
  if (path.ends_with(".npy")) return parse_npy(path, content.str(), place, diagnostics);
  const auto source = std::make_shared<const base::Source>(base::Source{path, content.str()});
  std::optional<NumberTable> table = parse_text(source, diagnostics);
  if (table && table->rows == 0) {
    diagnostics.error(place, fmt::format("'{}' holds no numbers", path));
    return std::nullopt;
  }
  return table;
}

}  // namespace carve::task
