// The 21-parameter family of products of polynomials (Confavreux et al. 2025): each event multiplies one factor per
// variable of the synapse, which are brought to about 1 first. Published time constants are the defaults.
#include <fmt/format.h>

#include "carve/base/schema.hpp"
#include "carve/rule/event_family.hpp"
#include "carve/rule/formula_family.hpp"

namespace carve::rule {
namespace {

/// theta_first to theta_(first + 7): the factors of weight, potential and currents.
std::string common_factors(int first) {
  return fmt::format(
      "eta*theta_{}*(1 + theta_{} + theta_{}*w + theta_{}*w^2)*(1 + theta_{}*(15*V))"
      "*(1 + theta_{}*(15*C_E) + theta_{}*(15*C_E)^2)*(1 + theta_{}*(15*C_I))",
      first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6, first + 7);
}

const FormulaFamily& formulas() {
  static const FormulaFamily family = state_family(
      "product_polynomial", common_factors(0) + "*(1 + theta_8*(2*slow_pre))*(1 + theta_9*(2*x_post))",
      common_factors(10) + "*(1 + theta_18*(2*x_pre))*(1 + theta_19*(2*slow_post) + theta_20*(2*slow_post)^3)",
      "20 ms");
  return family;
}

std::unique_ptr<RuleSpace> make(const base::Table& table, const base::Span& place, const FamilyContext& context,
                                base::Table& resolved, base::Diagnostics& diagnostics) {
  auto space = read_formula_family(formulas(), table, place, context, resolved, diagnostics);
  if (!space) return nullptr;
  // The product is the formula that people read; multiplied out, it has 144 terms per event.
  space->events->pre_polynomial.reset();
  space->events->post_polynomial.reset();
  space->coefficient_program = {};
  return space;
}

std::vector<base::FieldInfo> fields() {
  std::vector<base::FieldInfo> list;
  for (const int first : {0, 10}) {
    const std::string event = first == 0 ? "presynaptic" : "postsynaptic";
    const auto add = [&](int offset, const std::string& what) {
      list.push_back(
          searched_number(fmt::format("theta_{}", first + offset), fmt::format("at a {} spike: {}", event, what)));
    };
    add(0, "factor of everything");
    add(1, "of 1, beside the 1 that is there");
    add(2, "of w");
    add(3, "of w^2");
    add(4, "of 15 V");
    add(5, "of 15 C_E");
    add(6, "of (15 C_E)^2");
    add(7, "of 15 C_I");
    add(8, first == 0 ? "of the slow presynaptic trace, times 2" : "of the presynaptic trace, times 2");
    add(9, first == 0 ? "of the postsynaptic trace, times 2" : "of the slow postsynaptic trace, times 2");
    if (first == 10) add(10, "of the third power of the same");
  }
  list.push_back(time_constant("tau_pre", "of the presynaptic trace", "\"20 ms\""));
  list.push_back(time_constant("tau_post", "of the postsynaptic trace", "\"20 ms\""));
  list.push_back(time_constant("tau_slow_pre", "of the slow presynaptic trace", "\"100 ms\""));
  list.push_back(time_constant("tau_slow_post", "of the slow postsynaptic trace", "\"100 ms\""));
  for (base::FieldInfo& each : state_time_constants()) list.push_back(std::move(each));
  return with_usual_fields(std::move(list));
}

}  // namespace

const Family product_polynomial_family{
    .name = "product_polynomial",
    .brief = "At each spike a product of polynomials in w, V, C_E, C_I and a trace of either side; in networks only.",
    .cite = "confavreux2025",
    .sample = "family = \"product_polynomial\"\neta = 0.01\ntheta_0 = { init = 0, lower = -2, upper = 2 }\nw_max = 10",
    .fields = fields(),
    .make = make};

}  // namespace carve::rule
