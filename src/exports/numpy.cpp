// Rules as NumPy code that runs by itself and checks itself.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/exports/code.hpp"
#include "carve/exports/self_test.hpp"
#include "carve/exports/templates.hpp"
#include "carve/rule/substitute.hpp"

namespace carve::exports {
namespace {

std::string events(const Published& published) {
  const rule::Rule& rule = published.rules.front();
  const EventCode code = event_code(rule);
  std::string traces, arguments = "w";
  std::map<std::string, rule::Expression, std::less<>> names;
  for (const EventCode::Trace& each : code.traces) {
    const std::string name = python_name(each.name);
    names.emplace(each.name, rule::Expression::name(name));
    traces += fmt::format("{}\"{}\": (\"{}\", {})", traces.empty() ? "" : ", ", name,
                          each.side == rule::Side::pre ? "pre" : "post", python(each.tau));
    arguments += ", " + name;
  }
  const auto formula = [&](const rule::Expression& each) { return print(substitute(each, names), numpy_dialect()); };
  std::map<std::string, std::string> values = values_of(spike_test(rule));
  values.merge(std::map<std::string, std::string>{{"FORMULAS", formulas(published)},
                                                  {"ORIGIN", published.origin},
                                                  {"W_MIN", python(rule.space.events->w_min)},
                                                  {"W_MAX", python(rule.space.events->w_max)},
                                                  {"TRACES", traces},
                                                  {"ARGUMENTS", arguments},
                                                  {"ON_PRE", formula(code.on_pre)},
                                                  {"ON_POST", formula(code.on_post)}});
  return filled(templates::numpy_events, values);
}

std::string rate(const Published& published) {
  std::vector<std::string> functions;
  for (const rule::Rule& each : published.rules)
    functions.push_back(
        fmt::format("def {}(x, y, w):\n    \"\"\"What a step adds to a weight w between the activities x (pre) and y "
                    "(post).\"\"\"\n    return {}",
                    each.space.name, print(rate_code(each), numpy_dialect())));
  const RateTest test = rate_test(published.rules);
  std::map<std::string, std::string> values = values_of(test);
  values.merge(std::map<std::string, std::string>{{"FORMULAS", formulas(published)},
                                                  {"ORIGIN", published.origin},
                                                  {"FUNCTIONS", fmt::format("{}", fmt::join(functions, "\n\n\n"))},
                                                  {"RULE", published.rules.front().space.name},
                                                  {"LATERAL", published.rules.back().space.name},
                                                  {"OUTPUTS", fmt::to_string(test.outputs)},
                                                  {"FEEDFORWARD", fmt::to_string(test.inputs * test.outputs)}});
  return filled(published.rules.size() > 1 ? templates::numpy_network : templates::numpy_neuron, values);
}

std::optional<std::string> write(const Published& published, base::Diagnostics& diagnostics) {
  if (!published.rules.front().space.events) return rate(published);
  if (!one_rule(published, "numpy", diagnostics)) return std::nullopt;
  if (!spikes_only(published.rules.front(), "numpy", diagnostics)) return std::nullopt;
  return events(published);
}

}  // namespace

const Exporter numpy_exporter{"numpy", write};

}  // namespace carve::exports
