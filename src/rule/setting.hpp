// What a user may say about one parameter: a fixed number, or where its search starts and how far it may go.
#pragma once

#include <optional>
#include <string>

#include "carve/base/diagnostic.hpp"
#include "carve/base/units.hpp"
#include "carve/base/value.hpp"
#include "carve/rule/rule_space.hpp"

namespace carve::rule {

/// A number and where it was written.
struct Placed {
  double value;
  base::Span span;
};

struct Setting {
  std::optional<Placed> initial, lower, upper, fixed;
  bool log_scale = false;
  base::Span span;
};

/// Reads a finite number; `infinite` is an infinity that is accepted too, or 0.
bool read_number(const base::Value& value, double infinite, std::optional<Placed>& out, base::Diagnostics& diagnostics);

/// Reads `value`, a number (fixed) or a table of init, lower, upper, fixed and, where `scales`, scale. `name` is the
/// parameter in messages. With a dimension, numbers are quantities ("20 ms"), and what is searched is so on a log scale
/// unless it says otherwise.
[[nodiscard]] std::optional<Setting> read_setting(const base::Value& value, const std::string& name, bool scales,
                                                  base::Diagnostics& diagnostics,
                                                  std::optional<base::Dimension> dimension = {});

/// Puts the setting into `parameter`, over what is there, and checks that the whole is consistent.
bool apply_setting(const Setting& setting, Parameter& parameter, base::Diagnostics& diagnostics);

/// A value of the parameter as the user would write it: with its unit where it has one.
[[nodiscard]] base::Value written_value(const Parameter& parameter, double value);
/// A parameter as a value of a resolved file: a number where it is fixed, else a table with everything.
[[nodiscard]] base::Value setting_value(const Parameter& parameter, bool scales);

}  // namespace carve::rule
