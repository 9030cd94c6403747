#include "carve/rule/event_formula.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "carve/base/schema.hpp"
#include "carve/base/units.hpp"
#include "carve/rule/formula.hpp"
#include "carve/rule/print.hpp"
#include "carve/rule/setting.hpp"
#include "carve/rule/substitute.hpp"

namespace carve::rule {
namespace {

/// A rule in one notation.
struct EventFormula {
  std::string on_pre, on_post;           // what is added to w
  std::vector<std::string> time_scales;  // "tau_pre = 20 ms", and what layers h_1, h_2, ... of a perceptron are made of
  std::string bounds;                    // "0 <= w <= 10"; empty where there are none
};

std::vector<Term> terms_at(Side side, const std::vector<Term>& all) {
  std::vector<Term> result;
  std::copy_if(all.begin(), all.end(), std::back_inserter(result), [&](const Term& each) { return each.side == side; });
  return result;
}

/// The traces in some terms.
std::vector<Trace> traces_in(const std::vector<Term>& terms, const EventRule& events) {
  std::vector<Trace> result;
  for (std::size_t i = 0; i < events.traces.size(); ++i) {  // the variables after w
    const auto in = [&](const Term& each) { return each.exponents[i + 1] > 0; };
    if (std::any_of(terms.begin(), terms.end(), in)) result.push_back(events.traces[i]);
  }
  return result;
}

std::vector<Trace> traces_in(const Expression& formula, const EventRule& events) {
  const std::vector<Expression> used = names(formula);
  std::vector<Trace> result;
  for (const Trace& trace : events.traces) {
    const auto is_it = [&](const Expression& each) { return each.name() == trace.name; };
    if (std::any_of(used.begin(), used.end(), is_it)) result.push_back(trace);
  }
  return result;
}

/// Where the files that carve writes have them: by side.
void sort_by_side(std::vector<Trace>& traces) {
  std::stable_sort(traces.begin(), traces.end(), [](const Trace& a, const Trace& b) { return a.side < b.side; });
}

std::string rounded_time(double seconds, int digits, const Notation& notation) {
  const bool short_time = seconds < 1;
  const double value = short_time ? 1e3 * seconds : seconds;
  const double rounded = base::parse_number(round_number(value, digits)).value_or(value);
  return notation.quantity(base::format_number(rounded), short_time ? "ms" : "s");
}

std::string bounds_of(const EventRule& events, int digits, const Notation& notation) {
  const auto number = [&](double value) { return notation.number(round_number(value, digits)); };
  const std::string w = notation.name("w");
  const bool below = std::isfinite(events.w_max);
  if (!std::isfinite(events.w_min)) return below ? notation.infix(w, "<=", number(events.w_max)) : "";
  if (!below) return notation.infix(w, ">=", number(events.w_min));
  return notation.infix(notation.infix(number(events.w_min), "<=", w), "<=", number(events.w_max));
}

/// The terms of one event as they are written: what single spikes do comes last ("x_post - 2").
std::string sum_at(Side side, const Factored& parts, const Rule& rule, const FormulaOptions& options,
                   const Notation& notation) {
  std::vector<Term> own = terms_at(side, parts.terms);
  std::stable_partition(own.begin(), own.end(), [](const Term& each) {
    return std::any_of(each.exponents.begin(), each.exponents.end(), [](int power) { return power > 0; });
  });
  return scaled_sum(parts.scale, std::move(own), rule.space.variables, options, notation);
}

EventFormula event_formula(const Rule& rule, const FormulaOptions& options, const Notation& notation) {
  const EventRule& events = *rule.space.events;
  EventFormula result;
  std::vector<Trace> traces;
  if (events.pre_polynomial) {
    Factored parts = factored(rule);
    result.on_pre = sum_at(Side::pre, parts, rule, options, notation);
    result.on_post = sum_at(Side::post, parts, rule, options, notation);
    std::erase_if(parts.terms, [&](const Term& each) { return std::fabs(each.coefficient) < options.hide_below; });
    traces = traces_in(parts.terms, events);
  } else {
    const auto shown = [&](const Expression& formula) { return with_numbers(formula, rule, options.digits); };
    const Perceptron* const perceptron = events.perceptron.get();
    const Expression on_pre = shown(perceptron ? perceptron->on_pre.sum : events.on_pre);
    const Expression on_post = shown(perceptron ? perceptron->on_post.sum : events.on_post);
    result.on_pre = typeset(on_pre, notation);
    result.on_post = typeset(on_post, notation);
    traces = perceptron ? events.traces : traces_in(on_pre + on_post, events);
    if (perceptron) {
      const auto number = [&](std::uint64_t value) { return notation.number(fmt::to_string(value)); };
      result.time_scales.push_back(notation.infix(notation.name("units"), "=", number(perceptron->units)));
      result.time_scales.push_back(notation.infix(notation.name("seed"), "=", number(perceptron->seed)));
    }
  }
  sort_by_side(traces);
  for (const Trace& trace : traces) {
    const std::size_t tau = trace.time_constant;
    const std::string time = rounded_time(rule.values[tau], options.digits, notation);
    result.time_scales.push_back(notation.infix(notation.name(rule.space.parameters[tau].name), "=", time));
  }
  result.bounds = bounds_of(events, options.digits, notation);
  return result;
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

constexpr std::string_view left = "style=\"text-align:left\"";  // MathML Core has no columnalign

std::string mathml_case(const std::string& change, std::string_view when) {
  return fmt::format(
      "<mtr><mtd {0}><mrow><mi mathvariant=\"normal\">\u0394</mi><mi>w</mi><mo>=</mo>{1}</mrow></mtd>"
      "<mtd {0}><mtext>{2}</mtext></mtd></mtr>",
      left, change, when);
}

}  // namespace

std::string event_text(const Rule& rule, const FormulaOptions& options) {
  const EventFormula parts = event_formula(rule, options, plain_notation);
  std::vector<std::string> all{"on pre: w += " + parts.on_pre, "on post: w += " + parts.on_post};
  if (!parts.time_scales.empty()) all.push_back(joined(parts.time_scales, ", "));
  if (!parts.bounds.empty()) all.push_back(parts.bounds);
  return joined(all, "; ");
}

std::string event_latex(const Rule& rule, const FormulaOptions& options) {
  const EventFormula parts = event_formula(rule, options, latex_notation);
  std::vector<std::string> further = parts.time_scales;
  if (!parts.bounds.empty()) further.push_back(parts.bounds);
  return fmt::format(
      "\\begin{{aligned}} \\Delta w &= \\begin{{cases}} {} & \\text{{at presynaptic spikes}} \\\\ "
      "{} & \\text{{at postsynaptic spikes}} \\end{{cases}}{}{} \\end{{aligned}}",
      parts.on_pre, parts.on_post, further.empty() ? "" : " \\\\ & ", joined(further, ", \\quad "));
}

std::string event_mathml(const Rule& rule, const FormulaOptions& options) {
  const EventFormula parts = event_formula(rule, options, mathml_notation);
  std::vector<std::string> further = parts.time_scales;
  if (!parts.bounds.empty()) further.push_back(parts.bounds);
  // No brace before the cases: it stretches only where a mathematical font is installed.
  const std::string cases =
      mathml_case(parts.on_pre, "at presynaptic spikes") + mathml_case(parts.on_post, "at postsynaptic spikes");
  const std::string last = further.empty()
                               ? ""
                               : fmt::format("<mtr><mtd {}><mrow><mspace width=\"0.4em\"/>{}</mrow></mtd></mtr>", left,
                                             joined(further, "<mo>,</mo><mspace width=\"1em\"/>"));
  return fmt::format(
      "<mtable displaystyle=\"true\"><mtr><mtd {}><mtable displaystyle=\"true\">{}</mtable></mtd></mtr>{}</mtable>",
      left, cases, last);
}

base::Table exact_event_table(const Rule& rule) {
  const EventRule& events = *rule.space.events;
  if (events.perceptron) return rule.space.fixed_table(rule.space, rule.values);
  base::Table table;
  std::vector<Trace> traces;
  if (events.pre_polynomial) {
    const std::vector<Term> all = terms(rule);
    const double eta = rule.space.eta_parameter ? rule.values[*rule.space.eta_parameter] : 1;
    for (const Side side : {Side::pre, Side::post}) {
      const std::string sum = exact_sum(eta, terms_at(side, all), rule.space.variables);
      table.set(side == Side::pre ? "on_pre" : "on_post", base::write_value(sum));
    }
    traces = traces_in(all, events);
  } else {
    const Expression on_pre = tidy(with_numbers(events.on_pre, rule, {}));
    const Expression on_post = tidy(with_numbers(events.on_post, rule, {}));
    table.set("on_pre", base::write_value(print(on_pre)));
    table.set("on_post", base::write_value(print(on_post)));
    traces = traces_in(on_pre + on_post, events);
  }
  sort_by_side(traces);
  base::Table sides;
  for (const Trace& each : traces) {
    const bool spikes = each.signal == Signal::spikes;
    if (spikes) sides.set(each.name, base::write_value(std::string(each.side == Side::pre ? "pre" : "post")));
    const Parameter& tau = rule.space.parameters[each.time_constant];
    table.set(tau.name, written_value(tau, rule.values[each.time_constant]));
  }
  const auto usual = [](const Trace& each) {
    return each.signal != Signal::spikes || each.name == (each.side == Side::pre ? "x_pre" : "x_post");
  };
  if (!std::all_of(traces.begin(), traces.end(), usual)) table.set("traces", {std::move(sides), {}});
  if (events.w_min != 0) table.set("w_min", base::write_value(events.w_min));
  if (std::isfinite(events.w_max)) table.set("w_max", base::write_value(events.w_max));
  return table;
}

}  // namespace carve::rule
