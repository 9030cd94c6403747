// The six-parameter family of spike-timing rules (Confavreux et al. 2020): on a presynaptic spike
// w += eta (alpha + kappa x_post), on a postsynaptic one w += eta (beta + gamma x_pre), with tau_pre and tau_post.
// Vogels et al. 2011 is alpha = -2 r* tau, beta = 0, gamma = kappa = 1.
#include "carve/base/schema.hpp"
#include "carve/rule/event_family.hpp"
#include "carve/rule/formula_family.hpp"

namespace carve::rule {
namespace {

std::unique_ptr<RuleSpace> make(const base::Table& table, const base::Span& place, const FamilyContext& context,
                                base::Table& resolved, base::Diagnostics& diagnostics) {
  const base::Table searched = texts({{"init", "20 ms"}, {"lower", "2 ms"}, {"upper", "200 ms"}});
  FormulaFamily family{.name = "six_parameter",
                       .on_pre = "eta*(alpha + kappa*x_post)",
                       .on_post = "eta*(beta + gamma*x_pre)",
                       .traces = {},
                       .defaults = {}};
  for (const char* each : {"tau_pre", "tau_post"}) family.defaults.set(each, {searched, {}});
  return read_formula_family(family, table, place, context, resolved, diagnostics);
}

constexpr const char* usual_time = "{ init = \"20 ms\", lower = \"2 ms\", upper = \"200 ms\" }";

}  // namespace

const Family six_parameter_family{
    .name = "six_parameter",
    .brief = "on_pre = eta*(alpha + kappa*x_post), on_post = eta*(beta + gamma*x_pre), two time constants.",
    .cite = "confavreux2020",
    .sample = "family = \"six_parameter\"\neta = 1e-3\nalpha = { init = 0, lower = -2, upper = 2 }\nw_max = 10",
    .fields =
        with_usual_fields({searched_number("alpha", "change at each presynaptic spike"),
                           searched_number("beta", "change at each postsynaptic spike"),
                           searched_number("gamma", "change at a postsynaptic spike, times the presynaptic trace"),
                           searched_number("kappa", "change at a presynaptic spike, times the postsynaptic trace"),
                           time_constant("tau_pre", "time constant of the presynaptic trace", usual_time),
                           time_constant("tau_post", "time constant of the postsynaptic trace", usual_time)}),
    .make = make};

}  // namespace carve::rule
