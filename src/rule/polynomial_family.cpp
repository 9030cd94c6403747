// Volterra polynomials: dw = eta * sum over a, b, c of theta_abc x^a y^b w^c (Confavreux et al. 2020, Eq. 3).
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "carve/rule/family.hpp"
#include "carve/rule/parse.hpp"
#include "carve/rule/setting.hpp"

namespace carve::rule {
namespace {

using base::Diagnostics;
using base::Value;

const std::vector<std::string> variables{"x", "y", "w"};
constexpr int highest_power = 9;  // one digit each in theta_abc; 10^3 terms at most
constexpr double infinity = std::numeric_limits<double>::infinity();

/// What the file says about one term.
struct TermSetting {
  Exponents exponents;
  std::string text;
  base::Span key_span;
  Setting setting;
};

struct Options {
  std::array<std::int64_t, 3> degrees{2, 2, 2};
  double eta = 0.02;
  Setting every;  // init, lower and upper of all coefficients
  std::vector<TermSetting> terms;
};

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
  base::report_unknown_keys(*table, variables, "degree", diagnostics);
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const Value* each = table->find(variables[i]);
    if (each) base::read_value(*each, range, options.degrees[i], diagnostics);
    else diagnostics.error(value.span, fmt::format("missing '{}' in degree", variables[i]), "0 leaves a variable out");
  }
  return diagnostics.size() == before;
}

Value write_degrees(const Options& options) {
  const auto& [x, y, w] = options.degrees;
  if (x == y && y == w) return base::write_value(x);
  base::Table table;
  for (std::size_t i = 0; i < variables.size(); ++i) table.set(variables[i], base::write_value(options.degrees[i]));
  return {std::move(table), {}};
}

/// The powers that "x*y^2" or "y*y*x" spells, or nothing: a product of variables without any coefficient.
std::optional<Exponents> read_term(const std::string& text) {
  Diagnostics ignored;
  const auto expression = parse(text, {}, ignored);
  const auto polynomial = expression ? normal_form(*expression, variables) : std::nullopt;
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
    table.set(term_text(each.exponents, variables), setting_value(parameter, false));
  }
  return {std::move(table), {}};
}

/// A number of `every`; `infinite` is the infinity that stands for "no bound", or 0.
base::Field<Options> common(std::optional<Placed> Setting::*member, std::string name, std::string brief,
                            double fallback, double infinite) {
  return {.info = {.name = std::move(name), .brief = std::move(brief), .type = "number"},
          .read = [=](const Value& value, Options& options, Diagnostics& diagnostics) {
            return read_number(value, infinite, options.every.*member, diagnostics);
          },
          .write = [=](const Options& options) {
            const auto& given = options.every.*member;
            return base::write_value(given ? given->value : fallback);
          }};
}

const base::Schema<Options> schema{
    {{.info = {.name = "degree", .brief = "highest power of x, y and w: one number, or a table with one for each",
               .type = "integer or table", .range = "from 0 to 9"},
      .read = read_degrees, .write = write_degrees},
     base::field(&Options::eta, "eta", "learning rate, a factor of the whole rule", base::positive).required(),
     common(&Setting::initial, "init", "where the search for each coefficient starts", 0, 0),
     common(&Setting::lower, "lower", "lower bound of each coefficient", -infinity, -infinity),
     common(&Setting::upper, "upper", "upper bound of each coefficient", infinity, infinity),
     {.info = {.name = "terms", .brief = "per term (\"x*y\"): a number that fixes it, or its own init, lower, upper",
               .type = "table"},
      .read = read_terms, .write = write_terms}}};

/// Reports terms outside the degrees and terms that are set twice ("x*y" and "y*x").
bool check_terms(const Options& options, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.size();
  for (std::size_t i = 0; i < options.terms.size(); ++i) {
    const TermSetting& term = options.terms[i];
    for (std::size_t j = 0; j < variables.size(); ++j) {
      if (term.exponents[j] <= options.degrees[j]) continue;
      diagnostics.error(term.key_span, fmt::format("the term '{}' lies outside the family: its power of {} is {}",
                                                   term.text, variables[j], term.exponents[j]),
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

base::Table fixed_table(const RuleSpace& space, std::span<const double> values) {
  base::Table table, terms;
  for (const char* key : {"family", "degree"}) table.set(key, *space.resolved.find(key));
  table.set("eta", base::write_value(values[0]));
  for (std::size_t i = 1; i < values.size(); ++i) {
    const std::string digits = space.parameters[i].name.substr(std::string_view("theta_").size());
    const Exponents exponents{digits[0] - '0', digits[1] - '0', digits[2] - '0'};
    terms.set(term_text(exponents, variables), base::write_value(values[i]));
  }
  table.set("terms", {std::move(terms), {}});
  return table;
}

std::unique_ptr<RuleSpace> make(const Options& options, const FamilyContext& context, const base::Span& place,
                                Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.size();
  auto space = std::make_unique<RuleSpace>();
  space->name = context.name;
  space->variables = variables;
  space->fixed_table = fixed_table;
  space->eta = options.eta;
  space->eta_parameter = 0;
  space->parameters.push_back({.name = "eta", .initial = options.eta, .fixed = options.eta, .span = place});
  Parameter every{.name = "every coefficient", .span = place};
  Setting common = options.every;
  common.span = common.lower ? common.lower->span : common.upper ? common.upper->span : place;
  if (!apply_setting(common, every, diagnostics) || !check_terms(options, diagnostics)) return nullptr;

  std::optional<Expression> sum;
  for (int a = 0; a <= options.degrees[0]; ++a) {
    for (int b = 0; b <= options.degrees[1]; ++b) {
      for (int c = 0; c <= options.degrees[2]; ++c) {
        const Exponents exponents{a, b, c};
        Parameter theta = every;
        const auto own = std::find_if(options.terms.begin(), options.terms.end(),
                                      [&](const TermSetting& each) { return each.exponents == exponents; });
        if (own != options.terms.end()) {
          theta.name = own->text;  // in messages
          apply_setting(own->setting, theta, diagnostics);
        }
        theta.name = fmt::format("theta_{}{}{}", a, b, c);
        theta.penalised = !theta.fixed;
        if (theta.fixed != 0.0) {
          const Expression term = product(Expression::name(theta.name), exponents, variables);
          sum = sum ? *sum + term : term;
        }
        space->parameters.push_back(std::move(theta));
      }
    }
  }
  if (diagnostics.size() != before) return nullptr;
  if (sum) space->dw = Expression::name("eta") * *sum;
  finish(*space);
  return space;
}

}  // namespace

const Family polynomial_family = base::component<RuleSpace, FamilyContext>(
    "polynomial", "All products of powers of x, y and w up to a degree, each with a coefficient theta_abc.",
    "confavreux2020", "family = \"polynomial\"\ndegree = 2\neta = 0.02", "family", schema, make);

}  // namespace carve::rule
