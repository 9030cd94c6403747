#include "carve/rule/polynomial_options.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "carve/rule/parse.hpp"

namespace carve::rule {
namespace {

using base::Diagnostics;
using base::Value;
using Options = PolynomialOptions;

constexpr int highest_power = 9;  // one digit each in theta_abc; 10^3 terms at most
constexpr double infinity = std::numeric_limits<double>::infinity();

bool read_degrees(const Value& value, Options& options, Diagnostics& diagnostics) {
  const base::Range range = base::between(0, highest_power);
  const auto* table = value.as<base::Table>();
  if (!table && !value.as<std::int64_t>()) {
    diagnostics.error(value.span, fmt::format("expected a whole number or a table, but this is {}", value.type_name()),
                      "degree = 2, or degree = { x = 2, y = 2, w = 2 }");
    return false;
  }
  if (!table) {
    if (!base::read_value(value, range, options.degrees[0], diagnostics)) return false;
    options.degrees.fill(options.degrees[0]);
    return true;
  }
  const std::size_t before = diagnostics.size();
  base::report_unknown_keys(*table, rate_variables(), "degree", diagnostics);
  for (std::size_t i = 0; i < rate_variables().size(); ++i) {
    const Value* each = table->find(rate_variables()[i]);
    if (each) base::read_value(*each, range, options.degrees[i], diagnostics);
    else
      diagnostics.error(value.span, fmt::format("missing '{}' in degree", rate_variables()[i]),
                        "0 leaves a variable out");
  }
  return diagnostics.size() == before;
}

Value write_degrees(const Options& options) {
  const auto& [x, y, w] = options.degrees;
  if (x == y && y == w) return base::write_value(x);
  base::Table table;
  for (std::size_t i = 0; i < rate_variables().size(); ++i)
    table.set(rate_variables()[i], base::write_value(options.degrees[i]));
  return {std::move(table), {}};
}

/// The powers that "x*y^2" or "y*y*x" spells, or nothing: a product of variables without any coefficient.
std::optional<Exponents> read_term(const std::string& text) {
  Diagnostics ignored;
  const auto expression = parse(text, {}, ignored);
  const auto polynomial = expression ? normal_form(*expression, rate_variables()) : std::nullopt;
  if (!polynomial || polynomial->terms.size() != 1) return std::nullopt;
  const auto& [exponents, coefficient] = *polynomial->terms.begin();
  return coefficient == Expression::number(1) ? std::optional(exponents) : std::nullopt;
}

bool read_terms(const Value& value, Options& options, Diagnostics& diagnostics) {
  const auto* table = value.as<base::Table>();
  const std::string example = "terms = { \"x*y\" = 1, \"y^2*w\" = { init = -0.5 } }";
  if (!table) {
    diagnostics.error(value.span, fmt::format("expected a table of terms, but this is {}", value.type_name()), example);
    return false;
  }
  const std::size_t before = diagnostics.size();
  for (const base::Entry& entry : table->entries) {
    const auto exponents = read_term(entry.key);
    if (!exponents) {
      diagnostics.error(entry.key_span, fmt::format("'{}' is not a term", entry.key),
                        "a product of powers of x, y and w, such as \"x*y\", or \"1\"");
      continue;
    }
    const auto setting = read_setting(entry.value, entry.key, false, diagnostics);
    if (setting) options.terms.push_back({*exponents, entry.key, entry.key_span, *setting});
  }
  return diagnostics.size() == before;
}

Value write_terms(const Options& options) {
  base::Table table;
  for (const TermSetting& each : options.terms) {
    Parameter parameter;
    if (each.setting.fixed) parameter.fixed = each.setting.fixed->value;
    const auto& every = options.every;
    const auto pick = [](const auto& own, const auto& common, double fallback) {
      return own ? own->value : common ? common->value : fallback;
    };
    parameter.initial = pick(each.setting.initial, every.initial, 0);
    parameter.lower = pick(each.setting.lower, every.lower, -infinity);
    parameter.upper = pick(each.setting.upper, every.upper, infinity);
    table.set(term_text(each.exponents, rate_variables()), setting_value(parameter, false));
  }
  return {std::move(table), {}};
}

/// A number of `every`; `infinite` is the infinity that stands for "no bound", or 0.
base::Field<Options> common(std::optional<Placed> Setting::*member, std::string name, std::string brief,
                            double fallback, double infinite) {
  return {.info = {.name = std::move(name), .brief = std::move(brief), .type = "number"},
          .read =
              [=](const Value& value, Options& options, Diagnostics& diagnostics) {
                return read_number(value, infinite, options.every.*member, diagnostics);
              },
          .write =
              [=](const Options& options) {
                const auto& given = options.every.*member;
                return base::write_value(given ? given->value : fallback);
              }};
}

}  // namespace

const base::Schema<PolynomialOptions>& polynomial_schema() {
  static const base::Schema<PolynomialOptions> schema{
      {{.info = {.name = "degree",
                 .brief = "highest power of x, y and w: one number, or a table with one for each",
                 .type = "integer or table",
                 .range = "from 0 to 9"},
        .read = read_degrees,
        .write = write_degrees},
       base::field(&Options::eta, "eta", "learning rate, a factor of the whole rule", base::positive).required(),
       common(&Setting::initial, "init", "where the search for each coefficient starts", 0, 0),
       common(&Setting::lower, "lower", "lower bound of each coefficient", -infinity, -infinity),
       common(&Setting::upper, "upper", "upper bound of each coefficient", infinity, infinity),
       {.info = {.name = "terms",
                 .brief = "per term (\"x*y\"): a number that fixes it, or its own init, lower, upper",
                 .type = "table"},
        .read = read_terms,
        .write = write_terms}}};
  return schema;
}

bool check_terms(const Options& options, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.size();
  for (std::size_t i = 0; i < options.terms.size(); ++i) {
    const TermSetting& term = options.terms[i];
    for (std::size_t j = 0; j < rate_variables().size(); ++j) {
      if (term.exponents[j] <= options.degrees[j]) continue;
      diagnostics.error(term.key_span,
                        fmt::format("the term '{}' lies outside the family: its power of {} is {}", term.text,
                                    rate_variables()[j], term.exponents[j]),
                        fmt::format("degree allows {}", options.degrees[j]));
      break;
    }
    const auto end = options.terms.begin() + static_cast<std::ptrdiff_t>(i);
    const auto same = std::find_if(options.terms.begin(), end,
                                   [&](const TermSetting& each) { return each.exponents == term.exponents; });
    if (same != end) {
      diagnostics.error(term.key_span, fmt::format("the term '{}' is set twice, also as '{}'", term.text, same->text));
    }
  }
  return diagnostics.size() == before;
}

}  // namespace carve::rule
