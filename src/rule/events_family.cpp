// Event rules in text: on_pre = "...", on_post = "..." in w, named traces and states of the postsynaptic neuron; every
// other name is a parameter.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "carve/base/schema.hpp"
#include "carve/rule/event_family.hpp"
#include "carve/rule/parse.hpp"
#include "carve/rule/power_check.hpp"
#include "carve/rule/setting.hpp"

namespace carve::rule {
namespace {

using base::Diagnostics;

constexpr std::array<std::string_view, 11> reserved{"w",     "dw",    "family", "on_pre", "on_post", "traces",
                                                    "w_min", "w_max", "V",      "C_E",    "C_I"};
constexpr std::array<std::string_view, 3> states{"V", "C_E", "C_I"};
/// Traces of a rule that declares none.
const std::vector<std::pair<std::string, Side>>& usual_traces() {
  static const std::vector<std::pair<std::string, Side>> list{{"x_pre", Side::pre}, {"x_post", Side::post}};
  return list;
}

template <class List>
bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// "x_pre" decays with tau_pre, "slow" with tau_slow.
std::string time_constant_of(const std::string& trace) {
  return "tau_" + (trace.starts_with("x_") ? trace.substr(2) : trace);
}

bool is_name(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || digit(text[0])) return false;
  for (const Function& each : functions()) {
    if (each.name == text) return false;
  }
  return std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || digit(c); });
}

/// Reads one event rule; what it has so far lies in `space`.
class Reader {
 public:
  Reader(const base::Table& table, const base::Span& place, base::Table& resolved, Diagnostics& diagnostics)
      : table_(table), place_(place), resolved_(resolved), diagnostics_(diagnostics) {}

  std::unique_ptr<RuleSpace> read(const std::string& name) {
    const std::size_t before = diagnostics_.size();
    space_->name = name;
    space_->events.emplace();
    const auto on_pre = formula("on_pre");
    const auto on_post = formula("on_post");
    read_traces();
    if (!on_pre || !on_post || diagnostics_.size() != before) return nullptr;
    events().on_pre = *on_pre;
    events().on_post = *on_post;
    for (const Expression& each : names(*on_pre + *on_post)) read_name(each);
    read_time_constants();
    read_bounds();
    report_unused();
    for (const Expression* each : {&events().on_pre, &events().on_post}) {
      if (diagnostics_.size() == before) check_powers(*each, space_->parameters, place_, diagnostics_);
    }
    if (diagnostics_.size() != before) return nullptr;
    finish();
    return std::move(space_);
  }

 private:
  EventRule& events() { return *space_->events; }

  /// The formula under `key`; an event that changes nothing may be left out, if the other one is there.
  std::optional<Expression> formula(const std::string& key) {
    const base::Value* value = table_.find(key);
    if (!value && (key == "on_post" || table_.find("on_post"))) {
      resolved_.set(key, base::write_value(std::string("0")));
      return Expression();
    }
    const auto* text = value ? value->as<std::string>() : nullptr;
    if (!text) {
      diagnostics_.error(value ? value->span : place_,
                         value ? fmt::format("'{}' must be a formula in quotes", key)
                               : "a rule between spiking neurons has neither 'on_pre' nor 'on_post'",
                         "for example on_pre = \"eta*(alpha + kappa*x_post)\"");
      return std::nullopt;
    }
    resolved_.set(key, base::write_value(*text));
    const std::size_t found = value->span.text().find(*text);
    return parse(*text, found == std::string_view::npos ? value->span : value->span.sub(found, text->size()),
                 diagnostics_);
  }

  void read_traces() {
    for (const std::string_view each : states) declared_.emplace_back(each, Side::post);
    const base::Value* value = table_.find("traces");
    if (!value) {
      declared_.insert(declared_.end(), usual_traces().begin(), usual_traces().end());
      return;
    }
    const auto* table = value->as<base::Table>();
    if (!table) {
      diagnostics_.error(value->span, "'traces' must be a table of names",
                         "for example traces = { x_pre = \"pre\", slow = \"post\" }");
      return;
    }
    for (const base::Entry& entry : table->entries) read_trace(entry);
  }

  void read_trace(const base::Entry& entry) {
    if (!is_name(entry.key) || contains(reserved, entry.key)) {
      diagnostics_.error(entry.key_span, fmt::format("'{}' cannot be the name of a trace", entry.key),
                         "letters, digits and '_'; no word of the file");
      return;
    }
    const auto* side = entry.value.as<std::string>();
    if (!side || (*side != "pre" && *side != "post")) {
      base::report_choice(entry.value, {"pre", "post"}, diagnostics_);
      return;
    }
    for (const auto& [other, unused] : declared_) {
      if (time_constant_of(other) != time_constant_of(entry.key)) continue;
      diagnostics_.error(entry.key_span,
                         fmt::format("the traces '{}' and '{}' would share the time constant '{}'", other, entry.key,
                                     time_constant_of(other)),
                         "choose another name");
    }
    declared_.emplace_back(entry.key, *side == "pre" ? Side::pre : Side::post);
  }

  /// A name of the formulas: w, a trace, or a parameter.
  void read_name(const Expression& name) {
    const base::Span& span = name.span().source ? name.span() : place_;
    if (name.name() == "w") return;
    for (const auto& [trace, side] : declared_) {
      if (trace != name.name()) continue;
      events().traces.push_back({trace, side, 0, signal_named(trace)});
      return;
    }
    if (contains(reserved, name.name())) {
      diagnostics_.error(span, fmt::format("'{}' is a word of the file and cannot be a parameter", name.name()),
                         "choose another name");
      return;
    }
    for (const auto& [trace, side] : declared_) {
      if (name.name() == time_constant_of(trace)) return;  // read_time_constants takes those of traces in use
    }
    const base::Value* settings = table_.find(name.name());
    const bool mistaken = name.name() == "x" || name.name() == "y" || name.name().starts_with("x_");
    if (!settings && (mistaken || name.name() == "eta")) {
      if (mistaken)
        diagnostics_.error(span, fmt::format("'{}' is neither w, nor a trace, nor set as a parameter", name.name()),
                           fmt::format("write x_pre or x_post, or declare traces = {{ {} = \"pre\" }}", name.name()));
      else diagnostics_.error(span, "the learning rate 'eta' needs a value", "add eta = 0.001");
      return;
    }
    add_parameter({.name = name.name(), .span = span}, settings);
  }

  /// Those of the traces in use, and of others that a formula names.
  void read_time_constants() {
    const std::vector<Expression> used = names(events().on_pre + events().on_post);
    for (const auto& [name, side] : declared_) {
      const std::string time_constant = time_constant_of(name);
      const auto trace = std::find_if(events().traces.begin(), events().traces.end(),
                                      [trace_name = name](const Trace& each) { return each.name == trace_name; });
      const bool named =
          std::any_of(used.begin(), used.end(), [&](const Expression& each) { return each.name() == time_constant; });
      if (trace == events().traces.end() && !named) continue;
      const base::Value* settings = table_.find(time_constant);
      if (!settings) {
        diagnostics_.error(place_, fmt::format("the trace '{}' needs its time constant '{}'", name, time_constant),
                           fmt::format("for example {} = {{ init = \"20 ms\" }}", time_constant));
        continue;
      }
      if (trace != events().traces.end()) trace->time_constant = space_->parameters.size();
      add_parameter({.name = time_constant,
                     .initial = 0.02,
                     .lower = smallest_time_constant,
                     .upper = largest_time_constant,
                     .span = place_,
                     .dimension = base::Dimension::time},
                    settings);
    }
  }

  void add_parameter(Parameter parameter, const base::Value* settings) {
    if (settings) {
      const auto setting = read_setting(*settings, parameter.name, true, diagnostics_, parameter.dimension);
      if (setting && apply_setting(*setting, parameter, diagnostics_) && parameter.dimension) check_range(parameter);
    }
    parameter.penalised = !parameter.fixed && !parameter.log_scale && !parameter.dimension;
    resolved_.set(parameter.name, setting_value(parameter, true));
    space_->parameters.push_back(std::move(parameter));
  }

  void check_range(const Parameter& parameter) {
    const double least = parameter.fixed ? *parameter.fixed : parameter.lower;
    const double most = parameter.fixed ? *parameter.fixed : parameter.upper;
    if (least >= smallest_time_constant && most <= largest_time_constant) return;
    diagnostics_.error(parameter.span, fmt::format("the time constant '{}' is out of range", parameter.name),
                       "from \"1 ms\" to \"1000 s\"");
  }

  void read_bounds() {
    read_bound("w_min", events().w_min);
    read_bound("w_max", events().w_max);
    const base::Value* value = table_.find("w_max");
    if (!value) value = table_.find("w_min");
    if (events().w_min < events().w_max) return;
    diagnostics_.error(value ? value->span : place_,
                       fmt::format("the largest weight {} is not above the smallest {}",
                                   base::format_number(events().w_max), base::format_number(events().w_min)),
                       "w_min < w_max");
  }

  void read_bound(const std::string& key, double& bound) {
    const double infinite = key == "w_min" ? -std::numeric_limits<double>::infinity() : events().w_max;
    std::optional<Placed> given;
    const base::Value* value = table_.find(key);
    if (value && read_number(*value, infinite, given, diagnostics_)) bound = given->value;
    resolved_.set(key, base::write_value(bound));
  }

  /// Keys that are set but do not occur in the formulas.
  void report_unused() {
    std::vector<std::string> known{"family", "on_pre", "on_post", "traces", "w_min", "w_max"};
    for (const Parameter& each : space_->parameters) known.push_back(each.name);
    for (const base::Entry& entry : table_.entries) {
      if (contains(known, entry.key)) continue;
      if (entry.key == "w") diagnostics_.error(entry.key_span, "'w' is the weight and cannot be set");
      else if (contains(states, entry.key))
        diagnostics_.error(entry.key_span, fmt::format("'{}' is a state of the neuron and cannot be set", entry.key),
                           fmt::format("its time constant is tau_{}", entry.key));
      else
        diagnostics_.error(entry.key_span, fmt::format("'{}' is set but does not occur in the rule{}", entry.key,
                                                       base::did_you_mean(entry.key, known)));
    }
  }

  void finish() {
    base::Table traces;
    for (const Trace& each : events().traces) {
      if (each.signal != Signal::spikes) continue;
      traces.set(each.name, base::write_value(std::string(each.side == Side::pre ? "pre" : "post")));
    }
    if (table_.find("traces")) resolved_.set("traces", {std::move(traces), {}});
    space_->variables = {"w"};
    for (const Trace& each : events().traces) space_->variables.push_back(each.name);
    const auto pre = normal_form(events().on_pre, space_->variables);
    const auto post = normal_form(events().on_post, space_->variables);
    if (!pre || !post) return;
    std::vector<Expression> formulas;
    for (const auto* each : {&*pre, &*post}) {
      for (const auto& [exponents, coefficient] : each->terms) formulas.push_back(coefficient);
    }
    std::vector<Input> parameters = event_inputs(*space_, Side::pre);
    parameters.resize(space_->parameters.size());
    space_->coefficient_program = compile<double>(formulas, parameters);
    events().pre_polynomial = pre;
    events().post_polynomial = post;
  }

  const base::Table& table_;
  const base::Span& place_;
  base::Table& resolved_;
  Diagnostics& diagnostics_;
  std::unique_ptr<RuleSpace> space_ = std::make_unique<RuleSpace>();
  std::vector<std::pair<std::string, Side>> declared_;  // traces
};

base::Table fixed_table(const RuleSpace& space, std::span<const double> values) {
  base::Table table = space.resolved;
  for (std::size_t i = 0; i < values.size(); ++i)
    table.set(space.parameters[i].name, written_value(space.parameters[i], values[i]));
  return table;
}

std::unique_ptr<RuleSpace> make(const base::Table& table, const base::Span& place, const FamilyContext& context,
                                base::Table& resolved, Diagnostics& diagnostics) {
  auto space = Reader(table, place, resolved, diagnostics).read(context.name);
  if (space) space->fixed_table = fixed_table;
  return space;
}

}  // namespace

const Family events_family{
    .name = "events",
    .brief = "Any formulas for the change of a weight at pre- and postsynaptic spikes, in w and named traces.",
    .cite = "",
    .sample =
        "on_pre = \"eta*(alpha + x_post)\"\non_post = \"eta*x_pre\"\neta = 1e-3\ntau_pre = \"20 ms\"\n"
        "tau_post = { init = \"20 ms\", lower = \"5 ms\", upper = \"1 s\" }\nw_max = 10",
    .fields = {{.name = "on_pre",
                .brief = "change at a presynaptic spike: a formula in w, traces and parameters; in networks also in V, "
                         "C_E and C_I, the potential (in volts) and the synaptic currents of the postsynaptic neuron, "
                         "low-passed with tau_V, tau_C_E, tau_C_I",
                .type = "text",
                .fallback = "\"0\""},
               {.name = "on_post", .brief = "change at a postsynaptic spike", .type = "text", .fallback = "\"0\""},
               {.name = "traces",
                .brief = "names of traces and whose spikes they follow; x_NAME or NAME decays with tau_NAME",
                .type = "table",
                .fallback = "{ x_pre = \"pre\", x_post = \"post\" }"},
               {.name = "NAME",
                .brief =
                    "for each other name: a number (or time) that fixes it, or a table of init, lower, upper, scale "
                    "that searches it",
                .type = "number, time or table",
                .fallback = "{ init = 0 }"},
               {.name = "w_min", .brief = "smallest weight", .type = "number", .fallback = "0.0"},
               {.name = "w_max", .brief = "largest weight", .type = "number", .fallback = "inf"}},
    .make = make};

}  // namespace carve::rule
