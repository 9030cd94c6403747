#include "carve/experiment/rules/event_text.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/experiment/reading/toml_reader.hpp"

namespace carve::experiment {
namespace {

using base::Span;
using base::Table;
using base::Value;

/// Without blanks at both ends.
Span trimmed(const Span& span) {
  constexpr std::string_view blanks = " \t\n";
  const std::string_view text = span.text();
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return span.sub(text.size(), 0);
  return span.sub(first, text.find_last_not_of(blanks) + 1 - first);
}

class EventText {
 public:
  EventText(const std::vector<std::string>& connections, base::Diagnostics& diagnostics)
      : connections_(connections), diagnostics_(diagnostics), rules_(connections.size()) {}

  std::optional<std::vector<Value>> read(const base::SourcePtr& source) {
    const std::size_t before = diagnostics_.size();
    const Span whole{source, 0, source->text.size()};
    if (connections_.size() == 1) begin(0, whole);
    for (std::size_t first = 0; first <= source->text.size();) {
      const std::size_t end = std::min(source->text.find(';', first), source->text.size());
      part(trimmed(whole.sub(first, end - first)));
      first = end + 1;
    }
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if (!rules_[i]) diagnostics_.error(whole, "no rule for " + connections_[i], how_to_name());
    }
    if (diagnostics_.size() != before) return std::nullopt;
    std::vector<Value> all;
    for (auto& each : rules_) all.push_back(std::move(*each));
    return all;
  }

 private:
  [[nodiscard]] std::string how_to_name() const {
    return fmt::format("write {}: on_pre = ...", fmt::join(connections_, ": on_pre = ...; on_post = ...; "));
  }

  void begin(std::size_t connection, const Span& place) {
    rules_[connection] = Value{Table{}, place};
    current_ = connection;
  }

  /// One "KEY = VALUE", perhaps with "NAME:" in front.
  void part(Span span) {
    const std::size_t colon = span.text().find(':');
    if (colon < span.text().find('=')) {
      if (!name(trimmed(span.sub(0, colon)))) return;
      span = trimmed(span.sub(colon + 1, span.length));
    }
    if (span.length == 0) return;
    const std::size_t equals = span.text().find('=');
    const Span key = trimmed(span.sub(0, equals));
    if (equals == std::string_view::npos || key.length == 0) {
      diagnostics_.error(span, "expected KEY = VALUE", "for example on_pre = 0.01*(x_post - 0.2)");
      return;
    }
    if (!current_) {
      if (!lost_) diagnostics_.error(key, "which synapses is this rule for?", how_to_name());
      lost_ = true;
      return;
    }
    Table& table = *rules_[*current_]->as<Table>();
    if (table.find(key.text())) {
      diagnostics_.error(key, fmt::format("'{}' is set twice", key.text()));
      return;
    }
    table.set(key.text(), value(key.text(), trimmed(span.sub(equals + 1, span.length))));
    table.entries.back().key_span = key;
  }

  bool name(const Span& place) {
    const auto found = std::find(connections_.begin(), connections_.end(), place.text());
    if (found == connections_.end()) {
      diagnostics_.error(place, fmt::format("the experiment searches no rule for '{}'", place.text()),
                         fmt::format("it does for {}", fmt::join(connections_, ", ")));
      return false;
    }
    const auto connection = static_cast<std::size_t>(found - connections_.begin());
    if (std::find(named_.begin(), named_.end(), connection) != named_.end()) {
      diagnostics_.error(place, fmt::format("a second rule for {}", *found));
      return false;
    }
    named_.push_back(connection);
    begin(connection, place);
    return true;
  }

  /// A formula is text even where it looks like a number.
  Value value(std::string_view key, const Span& place) {
    const bool quoted = place.text().starts_with('"') || place.text().starts_with('\'');
    if ((key == "on_pre" || key == "on_post") && !quoted && place.length > 0) return {std::string(place.text()), place};
    return read_toml_value(place, diagnostics_);
  }

  const std::vector<std::string>& connections_;
  base::Diagnostics& diagnostics_;
  std::vector<std::optional<Value>> rules_;  // [connection]
  std::vector<std::size_t> named_;
  std::optional<std::size_t> current_;
  bool lost_ = false;  // said once that nobody knows whose rule this is
};

}  // namespace

std::optional<std::vector<Value>> read_event_text(const base::SourcePtr& text,
                                                  const std::vector<std::string>& connections,
                                                  base::Diagnostics& diagnostics) {
  return EventText(connections, diagnostics).read(text);
}

}  // namespace carve::experiment
