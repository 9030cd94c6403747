// Volterra polynomials: dw = eta * sum over a, b, c of theta_abc x^a y^b w^c (Confavreux et al. 2020, Eq. 3).
#include <algorithm>

#include <fmt/format.h>

#include "carve/rule/family.hpp"
#include "carve/rule/polynomial_options.hpp"

namespace carve::rule {
namespace {

using base::Diagnostics;

base::Table fixed_table(const RuleSpace& space, std::span<const double> values) {
  base::Table table, terms;
  for (const char* key : {"family", "degree"}) table.set(key, *space.resolved.find(key));
  table.set("eta", base::write_value(values[0]));
  for (std::size_t i = 1; i < values.size(); ++i) {
    const std::string digits = space.parameters[i].name.substr(std::string_view("theta_").size());
    const Exponents exponents{digits[0] - '0', digits[1] - '0', digits[2] - '0'};
    terms.set(term_text(exponents, rate_variables()), base::write_value(values[i]));
  }
  table.set("terms", {std::move(terms), {}});
  return table;
}

std::unique_ptr<RuleSpace> make(const PolynomialOptions& options, const FamilyContext& context, const base::Span& place,
                                Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.size();
  auto space = std::make_unique<RuleSpace>();
  space->name = context.name;
  space->variables = rate_variables();
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
          const Expression term = product(Expression::name(theta.name), exponents, rate_variables());
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
    "confavreux2020", "family = \"polynomial\"\ndegree = 2\neta = 0.02", "family", polynomial_schema(), make);

}  // namespace carve::rule
