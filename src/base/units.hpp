// Quantities with units as the user writes them ("20 ms", "10 Hz", "-60 mV"); SI inside.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace carve::base {

enum class Dimension { time, rate, voltage };

/// A number of SI units of one dimension; two dimensions do not mix.
template <Dimension D>
struct Quantity {
  double value = 0;
  static constexpr Dimension dimension = D;
  friend constexpr auto operator<=>(const Quantity&, const Quantity&) = default;
};

using Seconds = Quantity<Dimension::time>;
using Hertz = Quantity<Dimension::rate>;
using Volts = Quantity<Dimension::voltage>;

/// "a time", "a rate", "a voltage".
[[nodiscard]] std::string_view name_of(Dimension dimension);
/// A valid value of the dimension, for hints: "20 ms".
[[nodiscard]] std::string_view example_of(Dimension dimension);

/// A number followed by a unit.
struct ParsedQuantity {
  Dimension dimension;
  double value;  // SI
};

/// Reads "20 ms"; nothing where the text is not a finite number and a known unit.
[[nodiscard]] std::optional<ParsedQuantity> parse_quantity(std::string_view text);

/// The same value as the user would write it, in the unit that gives the shortest exact text.
[[nodiscard]] std::string format_quantity(Dimension dimension, double value);

/// The shortest decimal text that reads back as the same double ("0.1", "1e-08", "inf").
[[nodiscard]] std::string format_number(double value);

/// The number that the whole of `text` spells ("-2.5e3", "inf", "nan"), or nothing; also nothing if it is too large.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

}  // namespace carve::base
