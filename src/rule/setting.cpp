#include "carve/rule/setting.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "carve/base/schema.hpp"
#include "carve/base/units.hpp"

namespace carve::rule {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

bool read_scale(const base::Value& value, bool& log_scale, base::Diagnostics& diagnostics) {
  const auto* text = value.as<std::string>();
  log_scale = text && *text == "log";
  if (log_scale || (text && *text == "linear")) return true;
  base::report_choice(value, {"linear", "log"}, diagnostics);
  return false;
}

/// A number, or a quantity where there is a dimension.
bool read(const base::Value& value, double infinite, std::optional<base::Dimension> dimension,
          std::optional<Placed>& out, base::Diagnostics& diagnostics) {
  if (!dimension) return read_number(value, infinite, out, diagnostics);
  double quantity = 0;
  if (!base::read_quantity(value, base::any_number, *dimension, quantity, diagnostics)) return false;
  out = Placed{quantity, value.span};
  return true;
}

/// A fixed value is not searched, so nothing else may be said about it.
bool check_alone(const Setting& setting, const std::string& name, base::Diagnostics& diagnostics) {
  if (!setting.fixed) return true;
  for (const auto* other : {&setting.initial, &setting.lower, &setting.upper}) {
    if (!*other) continue;
    diagnostics.error((*other)->span, fmt::format("'{}' is fixed, so this has no effect", name),
                      "remove this, or 'fixed' to search for it");
    return false;
  }
  if (!setting.log_scale) return true;
  diagnostics.error(setting.span, fmt::format("'{}' is fixed, so its scale has no effect", name), "remove 'scale'");
  return false;
}

}  // namespace

bool read_number(const base::Value& value, double infinite, std::optional<Placed>& out,
                 base::Diagnostics& diagnostics) {
  if (!value.is_number()) {
    diagnostics.error(value.span, fmt::format("expected a number, but this is {}", value.type_name()));
    return false;
  }
  const double number = value.number();
  if (!std::isfinite(number) && (infinite == 0 || number != infinite)) {
    diagnostics.error(value.span, fmt::format("{} is out of range", base::format_value(value)),
                      "must be a finite number");
    return false;
  }
  out = Placed{number, value.span};
  return true;
}

std::optional<Setting> read_setting(const base::Value& value, const std::string& name, bool scales,
                                    base::Diagnostics& diagnostics, std::optional<base::Dimension> dimension) {
  Setting setting;
  setting.span = value.span;
  if (dimension ? value.as<std::string>() != nullptr : value.is_number()) {
    return read(value, 0, dimension, setting.fixed, diagnostics) ? std::optional(setting) : std::nullopt;
  }
  const auto* table = value.as<base::Table>();
  const std::string example =
      dimension ? fmt::format("\"{0}\" fixes it; {{ init = \"{0}\" }} searches it", base::example_of(*dimension))
                : "a number fixes it; { init = 0.1, lower = -2, upper = 2 } searches it";
  if (!table) {
    diagnostics.error(value.span, fmt::format("expected the settings of '{}', but this is {}", name, value.type_name()),
                      example);
    return std::nullopt;
  }
  const std::size_t before = diagnostics.size();
  std::vector<std::string> known{"init", "lower", "upper", "fixed"};
  if (scales) known.emplace_back("scale");
  base::report_unknown_keys(*table, known, fmt::format("the settings of '{}'", name), diagnostics);
  if (const auto* each = table->find("init")) read(*each, 0, dimension, setting.initial, diagnostics);
  if (const auto* each = table->find("lower")) read(*each, -infinity, dimension, setting.lower, diagnostics);
  if (const auto* each = table->find("upper")) read(*each, infinity, dimension, setting.upper, diagnostics);
  if (const auto* each = table->find("fixed")) read(*each, 0, dimension, setting.fixed, diagnostics);
  const auto* scale = scales ? table->find("scale") : nullptr;
  setting.log_scale = dimension.has_value() && !setting.fixed;
  if (scale) read_scale(*scale, setting.log_scale, diagnostics);
  if (diagnostics.size() != before || !check_alone(setting, name, diagnostics)) return std::nullopt;
  return setting;
}

bool apply_setting(const Setting& setting, Parameter& parameter, base::Diagnostics& diagnostics) {
  parameter.span = setting.span;
  if (setting.fixed) {
    parameter.fixed = setting.fixed->value;
    parameter.initial = setting.fixed->value;
    parameter.log_scale = false;
    return true;
  }
  const auto place = [&](const std::optional<Placed>& given) { return given ? given->span : setting.span; };
  const auto fail = [&](const std::optional<Placed>& given, std::string message, std::string hint) {
    diagnostics.error(place(given), std::move(message), std::move(hint));
    return false;
  };
  parameter.log_scale = setting.log_scale;
  if (setting.initial) parameter.initial = setting.initial->value;
  if (setting.lower) parameter.lower = setting.lower->value;
  if (setting.upper) parameter.upper = setting.upper->value;
  const auto number = [&](double value) {
    return parameter.dimension ? base::format_quantity(*parameter.dimension, value) : base::format_number(value);
  };
  if (parameter.lower >= parameter.upper) {
    return fail(setting.upper,
                fmt::format("'{}' has its upper bound {} not above its lower bound {}", parameter.name,
                            number(parameter.upper), number(parameter.lower)),
                "lower < upper");
  }
  if (parameter.log_scale && std::isfinite(parameter.lower) && parameter.lower <= 0) {
    return fail(setting.lower,
                fmt::format("'{}' is searched on a log scale, but its lower bound is {}", parameter.name,
                            number(parameter.lower)),
                "must be > 0");
  }
  if (parameter.log_scale && parameter.initial <= 0) {
    return fail(
        setting.initial,
        fmt::format("'{}' is searched on a log scale, but starts at {}", parameter.name, number(parameter.initial)),
        "set init to a number > 0");
  }
  if (parameter.initial < parameter.lower || parameter.initial > parameter.upper) {
    return fail(setting.initial,
                fmt::format("'{}' starts at {}, outside its bounds {} to {}", parameter.name, number(parameter.initial),
                            number(parameter.lower), number(parameter.upper)),
                "set init between the bounds");
  }
  return true;
}

base::Value written_value(const Parameter& parameter, double value) {
  return parameter.dimension ? base::write_value(base::format_quantity(*parameter.dimension, value))
                             : base::write_value(value);
}

base::Value setting_value(const Parameter& parameter, bool scales) {
  if (parameter.fixed) return written_value(parameter, *parameter.fixed);
  base::Table table;
  table.set("init", written_value(parameter, parameter.initial));
  table.set("lower", written_value(parameter, parameter.lower));
  table.set("upper", written_value(parameter, parameter.upper));
  if (scales) table.set("scale", base::write_value(std::string(parameter.log_scale ? "log" : "linear")));
  return {std::move(table), {}};
}

}  // namespace carve::rule
