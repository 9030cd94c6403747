#include "carve/network/linear_rule.hpp"

#include <algorithm>

#include "carve/base/scalar_math.hpp"
#include "carve/rule/event_family.hpp"

namespace carve::network {
namespace {

/// The trace of `side` that the rule uses, or nothing.
const rule::Trace* trace_of(const rule::RuleSpace& space, rule::Side side) {
  for (const rule::Trace& each : space.events->traces) {
    if (each.side == side) return &each;
  }
  return nullptr;
}

/// Whether all terms are 1 or the trace of `side`, to the first power.
bool is_linear(const std::optional<rule::Polynomial>& polynomial, const rule::RuleSpace& space, rule::Side side) {
  if (!polynomial) return false;
  return std::all_of(polynomial->terms.begin(), polynomial->terms.end(), [&](const auto& term) {
    for (std::size_t i = 0; i < term.first.size(); ++i) {
      if (term.first[i] == 0) continue;
      if (i == 0 || term.first[i] > 1 || space.events->traces[i - 1].side != side) return false;
    }
    return true;
  });
}

/// Puts the coefficients of 1 and of the trace where `constant` and the number after it stand.
void put_terms(const rule::Polynomial& polynomial, std::span<const double> coefficients, double* constant) {
  std::size_t i = 0;
  for (const auto& [exponents, formula] : polynomial.terms) {
    const bool trace = std::any_of(exponents.begin(), exponents.end(), [](int power) { return power > 0; });
    constant[trace ? 1 : 0] = coefficients[i++];
  }
}

}  // namespace

bool is_linear(const rule::RuleSpace& space) {
  if (!space.events || space.events->state()) return false;
  const auto on_side = [&](rule::Side side) {
    return std::count_if(space.events->traces.begin(), space.events->traces.end(),
                         [&](const rule::Trace& each) { return each.side == side; });
  };
  return on_side(rule::Side::pre) <= 1 && on_side(rule::Side::post) <= 1 &&
         is_linear(space.events->pre_polynomial, space, rule::Side::post) &&
         is_linear(space.events->post_polynomial, space, rule::Side::pre);
}

LinearNumbers linear_numbers(const rule::RuleSpace& space, std::span<const double> values, base::Seconds dt) {
  LinearNumbers result{};
  const rule::EventCoefficients coefficients = rule::event_coefficients(space, values);
  put_terms(*space.events->pre_polynomial, coefficients.pre, result.data());
  put_terms(*space.events->post_polynomial, coefficients.post, result.data() + 2);
  const rule::Trace* const pre = trace_of(space, rule::Side::pre);
  const rule::Trace* const post = trace_of(space, rule::Side::post);
  result[4] = pre ? base::exp(dt.value / values[pre->time_constant]) : 1;
  result[5] = post ? base::exp(-dt.value / values[post->time_constant]) : 1;
  return result;
}

}  // namespace carve::network
