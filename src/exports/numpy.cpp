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

constexpr std::string_view learn_alone = R"(def learn(w, samples):
    """Weights of a linear neuron y = w x after it has seen the samples, one per step. w: [input]; samples: [step, input]."""
    w = np.array(w, dtype=float)
    for x in np.asarray(samples):
        w = w + {0}(x, w @ x, w)
    return w)";

constexpr std::string_view learn_together = R"(def learn(w, u, samples, hierarchical=True):
    """Weights of a linear network y = w x + u y after it has seen the samples, one per step.

    w: [output, input]; u: [output, other output], below the diagonal only where the network is hierarchical; samples:
    [step, input]. Returns both.
    """
    w, u = np.array(w, dtype=float), np.array(u, dtype=float)
    connected = np.tri(len(u), k=-1) if hierarchical else 1 - np.eye(len(u))
    for x in np.asarray(samples):
        y = np.linalg.solve(np.eye(len(u)) - u, w @ x)
        w = w + {0}(x[None, :], y[:, None], w)
        u = u + connected * {1}(y[None, :], y[:, None], u)
    return w, u)";

constexpr std::string_view check_alone = R"(
def check():
    found = learn(BEFORE, SAMPLES)
    error = np.max(np.abs(found - AFTER))
    assert error <= 1e-9 * max(1, np.max(np.abs(AFTER))), f"weights are {{found}}, not {{AFTER}}"
    print(f"The weights agree with carve's to {{error:.1e}}."))";

constexpr std::string_view check_together = R"(
def check():
    below = np.tril_indices({0}, -1)
    w, u = np.reshape(BEFORE[:{1}], ({0}, -1)), np.zeros(({0}, {0}))
    u[below] = BEFORE[{1}:]  # of the second output, then of the third
    w, u = learn(w, u, SAMPLES)
    error = np.max(np.abs(np.concatenate([w.ravel(), u[below]]) - AFTER))
    assert error <= 1e-9 * max(1, np.max(np.abs(AFTER))), f"weights are {{w}} and {{u}}, not {{AFTER}}"
    print(f"The weights agree with carve's to {{error:.1e}}."))";

std::string rate(const Published& published) {
  std::vector<std::string> functions;
  for (const rule::Rule& each : published.rules)
    functions.push_back(fmt::format(
        "def {}(x, y, w):\n    \"\"\"What a step adds to a weight w between the activities x (pre) and y "
        "(post).\"\"\"\n    return {}",
        each.space.name, print(rate_code(each), numpy_dialect())));
  const RateTest test = rate_test(published.rules);
  const std::string &first = published.rules.front().space.name, &last = published.rules.back().space.name;
  const bool together = published.rules.size() > 1;
  const std::string_view learn = together ? learn_together : learn_alone;
  const std::string_view check = together ? check_together : check_alone;
  std::map<std::string, std::string> values = values_of(test);
  values.merge(std::map<std::string, std::string>{
      {"FORMULAS", formulas(published)},
      {"ORIGIN", published.origin},
      {"FUNCTIONS", fmt::format("\n{}\n", fmt::join(functions, "\n\n\n"))},
      {"LEARN", fmt::format(fmt::runtime(learn), first, last)},
      {"CHECK", fmt::format(fmt::runtime(check), test.outputs, test.inputs * test.outputs)}});
  return filled(templates::numpy_rate, values);
}

std::optional<std::string> write(const Published& published, base::Diagnostics& diagnostics) {
  if (!published.rules.front().space.events) return rate(published);
  if (!one_rule(published, "numpy", diagnostics)) return std::nullopt;
  return events(published);
}

}  // namespace

const Exporter numpy_exporter{"numpy", "Python code with NumPy that checks itself", "harris2020", write};

}  // namespace carve::exports
