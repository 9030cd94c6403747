#include "carve/base/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace carve::base {
namespace {

struct Unit {
  std::string_view symbol;
  Dimension dimension;
  int exponent;  // value in SI = number * 10^exponent * factor
  int factor = 1;
};

// The first unit of a dimension is its SI unit.
constexpr std::array units{Unit{"s", Dimension::time, 0},    Unit{"ms", Dimension::time, -3},
                           Unit{"us", Dimension::time, -6},  Unit{"min", Dimension::time, 0, 60},
                           Unit{"Hz", Dimension::rate, 0},   Unit{"kHz", Dimension::rate, 3},
                           Unit{"V", Dimension::voltage, 0}, Unit{"mV", Dimension::voltage, -3}};

/// number * 10^exponent, rounded once: read back from decimal text, so that "20 ms" is the double nearest to 0.02.
std::optional<double> scaled(std::string_view number, int exponent) {
  const std::size_t e = std::min(number.find_first_of("eE"), number.size());
  if (e < number.size()) {
    std::string_view written = number.substr(e + 1);
    if (written.starts_with('+')) written.remove_prefix(1);
    int own = 0;
    const auto [end, status] = std::from_chars(written.data(), written.data() + written.size(), own);
    if (end != written.data() + written.size() || status != std::errc() || std::abs(own) > 10000) return std::nullopt;
    exponent += own;
  }
  return parse_number(fmt::format("{}e{}", number.substr(0, e), exponent));
}

}  // namespace

std::string_view name_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::time: return "a time";
    case Dimension::rate: return "a rate";
    case Dimension::voltage: return "a voltage";
  }
  return "";
}

std::string_view example_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::time: return "20 ms";
    case Dimension::rate: return "10 Hz";
    case Dimension::voltage: return "-60 mV";
  }
  return "";
}

std::optional<ParsedQuantity> parse_quantity(std::string_view text) {
  const std::size_t last_digit = text.find_last_of("0123456789.");
  if (last_digit == std::string_view::npos) return std::nullopt;
  const std::string_view number = text.substr(0, last_digit + 1);
  std::string_view symbol = text.substr(last_digit + 1);
  while (!symbol.empty() && symbol.front() == ' ') symbol.remove_prefix(1);
  for (const Unit& unit : units) {
    if (unit.symbol != symbol) continue;
    const std::optional<double> value = scaled(number, unit.exponent);
    if (!value || !std::isfinite(unit.factor * *value)) return std::nullopt;
    return ParsedQuantity{unit.dimension, unit.factor * *value};
  }
  return std::nullopt;
}

std::string format_quantity(Dimension dimension, double value) {
  std::string best;
  for (const Unit& unit : units) {
    if (unit.dimension != dimension || unit.factor != 1) continue;
    const std::string text = fmt::format("{} {}", format_number(value * std::pow(10.0, -unit.exponent)), unit.symbol);
    const auto read = parse_quantity(text);
    if (read && read->value == value && (best.empty() || text.size() < best.size())) best = text;
  }
  return best;
}

std::string format_number(double value) { return fmt::format("{}", value); }

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end != text.data() + text.size() || status != std::errc()) return std::nullopt;
  return value;
}

}  // namespace carve::base
