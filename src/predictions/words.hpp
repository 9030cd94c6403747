// Numbers within sentences.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace carve::predictions {

/// Three digits, with a sign.
[[nodiscard]] inline std::string change_text(double value) { return value == 0 ? "0" : fmt::format("{:+.3g}", value); }

/// "at 19.2 Hz", "at 3 and 25 Hz".
[[nodiscard]] inline std::string places_text(const std::vector<double>& places, const char* unit) {
  std::vector<std::string> texts;
  for (const double each : places) texts.push_back(fmt::format("{:.3g}", each));
  return fmt::format("at {}{}{}", fmt::join(texts, " and "), *unit ? " " : "", unit);
}

/// "depresses", "potentiates", "changes nothing".
[[nodiscard]] inline const char* verb(double value) {
  return value > 0 ? "potentiates" : value < 0 ? "depresses" : "changes nothing";
}

/// The same beside a larger effect, whose sign alone would say too much of a tiny one.
[[nodiscard]] inline const char* verb_beside(double value, double other) {
  constexpr double negligible = 1e-3;
  return value != 0 && std::fabs(value) < negligible * std::fabs(other) ? "changes next to nothing" : verb(value);
}

/// "postsynaptic rate (Hz)" of an axis as "postsynaptic rate" and "Hz"; without a unit the second is empty.
[[nodiscard]] inline std::pair<std::string, std::string> name_and_unit(const std::string& axis) {
  const std::size_t bracket = axis.rfind(" (");
  if (bracket == std::string::npos || !axis.ends_with(')')) return {axis, ""};
  return {axis.substr(0, bracket), " " + axis.substr(bracket + 2, axis.size() - bracket - 3)};
}

[[nodiscard]] inline std::vector<double> steps(double from, double to, int count) {
  std::vector<double> values;
  for (int i = 0; i <= count; ++i) values.push_back(from + (to - from) * i / count);
  return values;
}

}  // namespace carve::predictions
