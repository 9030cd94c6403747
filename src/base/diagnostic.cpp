#include "carve/base/diagnostic.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

namespace carve::base {
namespace {

constexpr std::size_t longest_line_shown = 160;

/// The whole line on which a span begins.
std::string_view line_of(const Span& span) {
  const std::string_view text = span.source->text;
  const std::size_t at = std::min(span.begin, text.size());
  const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = text.find('\n', at);
  return text.substr(start, end == std::string_view::npos ? end : end - start);
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Control characters would garble the terminal and hide the mistake: each is shown as a single '?', a tab as a space.
std::string printable(std::string_view line) {
  std::string result(line);
  for (char& c : result) {
    if (c == '\t') c = ' ';
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return result;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substitution = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, substitution});
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
  if (!span.source) {
    return fmt::format("error: {}{}\n", diagnostic.message,
                       diagnostic.hint.empty() ? "" : fmt::format("\n  {}", diagnostic.hint));
  }
  const Position place = position(span);
  std::string text =
      fmt::format("{}:{}:{}: error: {}\n", span.source->name, place.line, place.column, diagnostic.message);
  const std::string_view line = line_of(span);
  if (line.size() > longest_line_shown) {
    return diagnostic.hint.empty() ? text : fmt::format("{}          {}\n", text, diagnostic.hint);
  }
  const std::size_t left = characters(span.text());
  const std::size_t room = characters(line) + 1 - std::min(characters(line), place.column - 1);
  const std::size_t width = std::clamp<std::size_t>(left, 1, std::max<std::size_t>(room, 1));
  const std::string carets = '^' + std::string(width - 1, '~');
  text += fmt::format("{:>5} | {}\n", place.line, printable(line));
  text += fmt::format("      | {}{}{}{}\n", std::string(place.column - 1, ' '), carets,
                      diagnostic.hint.empty() ? "" : " ", diagnostic.hint);
  return text;
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
