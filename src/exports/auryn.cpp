// Rules between spiking neurons as a connection class of Auryn.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/exports/code.hpp"
#include "carve/exports/self_test.hpp"
#include "carve/exports/templates.hpp"
#include "carve/rule/substitute.hpp"

namespace carve::exports {
namespace {

/// A list of Python as one of C++.
std::string braces(std::string text) {
  for (char& each : text) each = each == '[' ? '{' : each == ']' ? '}' : each;
  return text;
}

std::string comment(const std::string& text) {
  std::string result = "// ";
  for (const char each : text) {
    result += each;
    if (each == '\n') result += "// ";
  }
  return result;
}

std::optional<std::string> write(const Published& published, base::Diagnostics& diagnostics) {
  if (!spikes_alone(published, "auryn", diagnostics)) return std::nullopt;
  const rule::Rule& rule = published.rules.front();
  const EventCode code = event_code(rule);
  std::map<std::string, rule::Expression, std::less<>> names;
  std::vector<std::string> arguments{"double w"}, at_pre{"weight"}, at_post{"weight"};
  std::string members, made;
  for (const EventCode::Trace& each : code.traces) {
    const bool pre = each.side == rule::Side::pre;
    const std::string name = "at_" + each.name;  // apart from the words of C++
    names.emplace(each.name, rule::Expression::name(name));
    arguments.push_back("double " + name);
    at_pre.push_back(fmt::format("trace_{}->get({})", each.name, pre ? "*spike" : "local"));
    at_post.push_back(fmt::format("trace_{}->get({})", each.name, pre ? "*c" : "local"));
    members += fmt::format("\n    auryn::Trace* trace_{} = nullptr;", each.name);
    made += fmt::format("\n        trace_{} = {}({});", each.name, pre ? "src->get_pre_trace" : "dst->get_post_trace",
                        python(each.tau));
  }
  const auto formula = [&](const rule::Expression& each) {
    return decimals(print(substitute(each, names), c_dialect()));
  };
  const rule::EventRule& bounds = *rule.space.events;
  std::map<std::string, std::string> values = values_of(spike_test(rule));
  for (const char* key : {"PRE", "POST", "BEFORE", "AFTER"}) values[key] = braces(values.at(key));
  values.merge(std::map<std::string, std::string>{{"FORMULAS", comment(formulas(published))},
                                                  {"ORIGIN", published.origin},
                                                  {"ARGUMENTS", fmt::format("{}", fmt::join(arguments, ", "))},
                                                  {"ON_PRE", formula(code.on_pre)},
                                                  {"ON_POST", formula(code.on_post)},
                                                  {"AT_PRE", fmt::format("{}", fmt::join(at_pre, ", "))},
                                                  {"AT_POST", fmt::format("{}", fmt::join(at_post, ", "))},
                                                  {"W_MIN", decimals(python(bounds.w_min, "INFINITY"))},
                                                  {"W_MAX", decimals(python(bounds.w_max, "INFINITY"))},
                                                  {"MEMBERS", members},
                                                  {"TRACES", made}});
  return filled(templates::auryn, values);
}

}  // namespace

const Exporter auryn_exporter{"auryn", write};

}  // namespace carve::exports
