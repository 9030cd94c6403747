#include "carve/predictions/drift.hpp"

#include <cmath>

#include "carve/base/random.hpp"
#include "carve/base/scalar_math.hpp"
#include "carve/predictions/synapse.hpp"
#include "carve/rule/event_family.hpp"

namespace carve::predictions {
namespace {

using rule::Side;

/// The mean of one event's polynomial, times the rate at which it comes.
double mean_of(const rule::Rule& rule, const rule::Polynomial& polynomial, const std::vector<double>& coefficients,
               double pre, double post, double w) {
  const rule::EventRule& events = *rule.space.events;
  double sum = 0;
  std::size_t term = 0;
  for (const auto& [exponents, unused] : polynomial.terms) {
    std::vector<double> before, after;                        // time constants of the factors of each side
    for (std::size_t i = 0; i < events.traces.size(); ++i) {  // the variables after w
      auto& own = events.traces[i].side == Side::pre ? before : after;
      own.insert(own.end(), static_cast<std::size_t>(exponents[i + 1]), rule.values[events.traces[i].time_constant]);
    }
    sum += coefficients[term++] * std::pow(w, exponents[0]) * trace_moment(std::move(before), pre) *
           trace_moment(std::move(after), post);
  }
  return sum;
}

/// Times of a Poisson process of 1 Hz.
std::vector<double> unit_process(std::uint32_t which) {
  std::vector<double> times(samples);
  base::fill_uniform({.seed = 1, .purpose = base::Purpose::spike_times, .trial = which}, std::span(times));
  double now = 0;
  for (double& each : times) each = now -= base::log(each);
  return times;
}

double sampled_drift(const rule::Rule& rule, double pre, double post, double w) {
  static const std::vector<double> unit[2] = {unit_process(0), unit_process(1)};
  Synapse synapse(rule, w);
  const double rates[2] = {pre, post};
  std::size_t at[2] = {0, 0};
  double now = 0, changed = 0;
  while (true) {
    const auto next = [&](int side) { return rates[side] > 0 ? unit[side][at[side]] / rates[side] : INFINITY; };
    const int side = next(0) <= next(1) ? 0 : 1;
    const double time = next(side);
    if (std::isinf(time)) return 0;
    now = time;
    synapse.go_to(now);
    changed += synapse.change(side == 0 ? Side::pre : Side::post);
    synapse.jump(side == 0 ? Side::pre : Side::post);
    if (++at[side] == unit[side].size()) return changed / now;
  }
}

}  // namespace

double trace_moment(std::vector<double> time_constants, double rate) {
  if (time_constants.empty()) return 1;
  // The last one with each subset of the others, times the moment of the rest.
  const double last = time_constants.back();
  time_constants.pop_back();
  double sum = 0;
  for (unsigned subset = 0; subset < 1U << time_constants.size(); ++subset) {
    double decay = 1 / last;
    std::vector<double> rest;
    for (std::size_t i = 0; i < time_constants.size(); ++i) {
      if (subset >> i & 1U) decay += 1 / time_constants[i];
      else rest.push_back(time_constants[i]);
    }
    sum += rate / decay * trace_moment(std::move(rest), rate);
  }
  return sum;
}

bool exact_drift(const rule::Rule& rule) {
  constexpr int most_factors = 8;  // the number of splits grows fast
  const rule::EventRule& events = *rule.space.events;
  for (const auto* each : {&events.pre_polynomial, &events.post_polynomial}) {
    if (!*each) return false;
    for (const auto& [exponents, unused] : (*each)->terms) {
      int factors = 0;
      for (std::size_t i = 1; i < exponents.size(); ++i) factors += exponents[i];
      if (factors > most_factors) return false;
    }
  }
  return true;
}

double mean_drift(const rule::Rule& rule, double pre, double post, double w) {
  if (!exact_drift(rule)) return sampled_drift(rule, pre, post, w);
  const rule::EventRule& events = *rule.space.events;
  const rule::EventCoefficients coefficients = rule::event_coefficients(rule.space, rule.values);
  return pre * mean_of(rule, *events.pre_polynomial, coefficients.pre, pre, post, w) +
         post * mean_of(rule, *events.post_polynomial, coefficients.post, pre, post, w);
}

std::vector<double> zero_crossings(const std::function<double(double)>& f, const std::vector<double>& grid) {
  std::vector<double> found;
  for (std::size_t i = 0; i + 1 < grid.size(); ++i) {
    double low = grid[i], high = grid[i + 1];
    const double at_low = f(low), at_high = f(high);
    if (at_low == 0 && i > 0 && f(grid[i - 1]) * at_high < 0) found.push_back(low);
    if (!(at_low * at_high < 0)) continue;
    for (int step = 0; step < 60; ++step) {
      const double middle = 0.5 * (low + high);
      (f(middle) * at_low > 0 ? low : high) = middle;
    }
    found.push_back(0.5 * (low + high));
  }
  return found;
}

}  // namespace carve::predictions
