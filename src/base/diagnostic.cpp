#include "carve/base/diagnostic.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

namespace carve::base {
namespace {

// Of a longer line, only the part around the mistake is shown.
constexpr std::size_t longest_line_shown = 160;
constexpr std::size_t shown_before = 60;

/// The whole line on which a span begins, without its line break.
std::string_view line_of(const Span& span) {
  const std::string_view text = span.source->text;
  const std::size_t at = std::min(span.begin, text.size());
  const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = text.find('\n', at);
  std::string_view line = text.substr(start, end == std::string_view::npos ? end : end - start);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// The byte at which character `index` begins.
std::size_t byte_of(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  while (at < text.size() && index > 0) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
    --index;
  }
  return at;
}

/// Control characters would garble the terminal and hide the mistake: each is shown as a single '?', a tab as a space.
std::string printable(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c == '\t') c = ' ';
    else if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F) c = '?';
  }
  return result;
}

/// A line, or of a long one the part around a column, and where that column stands in it (from 0).
struct Excerpt {
  std::string text;
  std::size_t column;
};

Excerpt excerpt(std::string_view line, std::size_t column) {
  const std::size_t size = characters(line);
  if (size <= longest_line_shown) return {printable(line), column};
  const std::size_t first = column > shown_before ? std::min(column - shown_before, size - longest_line_shown / 2) : 0;
  const std::size_t last = std::min(size, first + longest_line_shown);
  const std::size_t begin = byte_of(line, first);
  const std::string_view part = line.substr(begin, byte_of(line, last) - begin);
  const std::string_view before = first > 0 ? "..." : "";
  return {fmt::format("{}{}{}", before, printable(part), last < size ? "..." : ""), column - first + before.size()};
}

/// Insertions, deletions, changed letters and swapped neighbours that turn `a` into `b` (restricted Damerau distance).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({row[j - 1] + 1, last[j] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row.back();
}

}  // namespace

void Diagnostics::error(Span span, std::string message, std::string hint) {
  items_.push_back({std::move(span), std::move(message), std::move(hint)});
}

std::string render(const Diagnostic& diagnostic) {
  const Span& span = diagnostic.span;
  const std::string message = printable(diagnostic.message);
  const std::string hint = printable(diagnostic.hint);
  if (!span.source) return fmt::format("error: {}{}{}\n", message, hint.empty() ? "" : "\n  ", hint);
  const Position place = position(span);
  const std::string_view line = line_of(span);
  const auto [shown, column] = excerpt(line, place.column - 1);
  const std::size_t room = std::max(characters(shown), column + 1) - column;
  const std::size_t width = std::clamp<std::size_t>(characters(span.text()), 1, room);
  return fmt::format("{}:{}:{}: error: {}\n{:>5} | {}\n      | {:{}}^{:~<{}}{}{}\n", printable(span.source->name),
                     place.line, place.column, message, place.line, shown, "", column, "", width - 1,
                     hint.empty() ? "" : " ", hint);
}

std::string Diagnostics::render() const {
  std::vector<const Diagnostic*> sorted;
  sorted.reserve(items_.size());
  for (const Diagnostic& item : items_) sorted.push_back(&item);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic* a, const Diagnostic* b) {
    const auto key = [](const Diagnostic* d) {
      return std::tuple(d->span.source ? d->span.source->name : std::string(), d->span.begin);
    };
    return key(a) < key(b);
  });
  std::string text;
  for (const Diagnostic* item : sorted) text += base::render(*item);
  return text;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& known) {
  const std::string* best = nullptr;
  std::size_t nearest = std::max<std::size_t>(1, name.size() / 3) + 1;  // further off than this is a guess
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < nearest) {
      nearest = distance;
      best = &candidate;
    }
  }
  return best ? fmt::format("; did you mean '{}'?", *best) : std::string();
}

}  // namespace carve::base
