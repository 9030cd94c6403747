// Rules between spiking neurons as weight update models of PyGeNN 5.
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/exports/code.hpp"
#include "carve/exports/self_test.hpp"
#include "carve/exports/templates.hpp"
#include "carve/rule/substitute.hpp"

namespace carve::exports {
namespace {

using rule::Expression;

std::optional<std::string> write(const Published& published, base::Diagnostics& diagnostics) {
  if (!spikes_alone(published, "pygenn", diagnostics)) return std::nullopt;
  const rule::Rule& rule = published.rules.front();
  const EventCode code = event_code(rule);
  std::map<std::string, Expression, std::less<>> names{{"w", Expression::name("g")}};
  std::string at_pre, at_post;  // what an event reads: traces as they were before they jumped
  std::vector<std::string> pre_vars, post_vars, zeros_pre, zeros_post, taus;
  std::string jump_pre, jump_post, decay_pre, decay_post;
  for (const EventCode::Trace& each : code.traces) {
    const bool pre = each.side == rule::Side::pre;
    const std::string name = "trace_" + each.name, before = "before_" + each.name;
    names.emplace(each.name, Expression::name(before));
    // A neuron's own spike, and one of the other side in the same step, have jumped already.
    const std::string own = fmt::format("    const scalar {} = {} - 1.0;\n", before, name);
    const std::string other = fmt::format("    const scalar {0} = (t - st_{2} > 0.5 * dt) ? {1} : {1} - 1.0;\n", before,
                                          name, pre ? "pre" : "post");
    at_pre += pre ? own : other;
    at_post += pre ? other : own;
    (pre ? pre_vars : post_vars).push_back(fmt::format("(\"{}\", \"scalar\")", name));
    (pre ? zeros_pre : zeros_post).push_back(fmt::format("\"{}\": 0.0", name));
    taus.push_back(fmt::format("\"{}\": {}", name, python(1e3 * each.tau)));
    (pre ? jump_pre : jump_post) += fmt::format("{} += 1.0; ", name);
    (pre ? decay_pre : decay_post) += fmt::format("{0} -= loss_{0} * {0}; ", name);
  }
  const auto changed = [&](const Expression& formula) {
    const rule::EventRule& bounds = *rule.space.events;
    std::string w = "g + " + decimals(print(substitute(formula, names), c_dialect()));
    if (std::isfinite(bounds.w_min)) w = fmt::format("fmax({}, {})", decimals(python(bounds.w_min)), w);
    if (std::isfinite(bounds.w_max)) w = fmt::format("fmin({}, {})", decimals(python(bounds.w_max)), w);
    return "g = " + w + ";";
  };
  std::map<std::string, std::string> values = values_of(spike_test(rule));
  values.merge(std::map<std::string, std::string>{{"FORMULAS", formulas(published)},
                                                  {"ORIGIN", published.origin},
                                                  {"TAUS", fmt::format("{}", fmt::join(taus, ", "))},
                                                  {"PRE_VARS", fmt::format("{}", fmt::join(pre_vars, ", "))},
                                                  {"POST_VARS", fmt::format("{}", fmt::join(post_vars, ", "))},
                                                  {"ZEROS_PRE", fmt::format("{}", fmt::join(zeros_pre, ", "))},
                                                  {"ZEROS_POST", fmt::format("{}", fmt::join(zeros_post, ", "))},
                                                  {"AT_PRE", at_pre},
                                                  {"AT_POST", at_post},
                                                  {"ON_PRE", changed(code.on_pre)},
                                                  {"ON_POST", changed(code.on_post)},
                                                  {"JUMP_PRE", jump_pre},
                                                  {"JUMP_POST", jump_post},
                                                  {"DECAY_PRE", decay_pre},
                                                  {"DECAY_POST", decay_post}});
  return filled(templates::pygenn, values);
}

}  // namespace

const Exporter pygenn_exporter{"pygenn", write};

}  // namespace carve::exports
