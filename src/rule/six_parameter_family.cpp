// The six-parameter family of spike-timing rules (Confavreux et al. 2020): on a presynaptic spike
// w += eta (alpha + kappa x_post), on a postsynaptic one w += eta (beta + gamma x_pre), with tau_pre and tau_post.
// Vogels et al. 2011 is alpha = -2 r* tau, beta = 0, gamma = kappa = 1.
#include <algorithm>

#include "carve/base/schema.hpp"
#include "carve/rule/event_family.hpp"
#include "carve/rule/setting.hpp"

namespace carve::rule {
namespace {

constexpr std::string_view on_pre = "eta*(alpha + kappa*x_post)";
constexpr std::string_view on_post = "eta*(beta + gamma*x_pre)";

/// The table as that of a rule in text: the formulas put in, and what the file leaves out.
base::Table in_text(const base::Table& table) {
  base::Table text;
  text.set("on_pre", base::write_value(std::string(on_pre)));
  text.set("on_post", base::write_value(std::string(on_post)));
  for (const base::Entry& entry : table.entries) {
    if (entry.key != "family") text.entries.push_back(entry);
  }
  for (const char* time_constant : {"tau_pre", "tau_post"}) {
    if (text.find(time_constant)) continue;
    base::Table setting;
    setting.set("init", base::write_value(std::string("20 ms")));
    setting.set("lower", base::write_value(std::string("2 ms")));
    setting.set("upper", base::write_value(std::string("200 ms")));
    text.set(time_constant, {std::move(setting), {}});
  }
  return text;
}

/// The other way round.
base::Table without_formulas(const base::Table& text) {
  base::Table table;
  table.set("family", base::write_value(std::string("six_parameter")));
  for (const base::Entry& entry : text.entries) {
    if (entry.key != "on_pre" && entry.key != "on_post" && entry.key != "traces") table.entries.push_back(entry);
  }
  return table;
}

std::unique_ptr<RuleSpace> make(const base::Table& table, const base::Span& place, const FamilyContext& context,
                                base::Table& resolved, base::Diagnostics& diagnostics) {
  for (const base::Entry& entry : table.entries) {
    if (entry.key != "on_pre" && entry.key != "on_post" && entry.key != "traces") continue;
    diagnostics.error(entry.key_span,
                      "a rule is either a family or a text: family = \"six_parameter\" has no '" + entry.key + "'",
                      "remove '" + entry.key + "' or 'family'");
    return nullptr;
  }
  base::Table text;
  auto space = events_family.make(in_text(table), place, context, text, diagnostics);
  if (!space) return nullptr;
  const auto eta = std::find_if(space->parameters.begin(), space->parameters.end(),
                                [](const Parameter& each) { return each.name == "eta"; });
  space->eta = eta->initial;
  space->eta_parameter = static_cast<std::size_t>(eta - space->parameters.begin());
  resolved = without_formulas(text);
  return space;
}

base::FieldInfo parameter(std::string name, std::string brief, bool time) {
  return {.name = std::move(name),
          .brief = std::move(brief),
          .type = time ? "time or table" : "number or table",
          .fallback = time ? "{ init = \"20 ms\", lower = \"2 ms\", upper = \"200 ms\" }" : "{ init = 0 }"};
}

}  // namespace

const Family six_parameter_family{
    .name = "six_parameter",
    .brief = "on_pre = eta*(alpha + kappa*x_post), on_post = eta*(beta + gamma*x_pre), two time constants.",
    .cite = "confavreux2020",
    .sample = "family = \"six_parameter\"\neta = 1e-3\nalpha = { init = 0, lower = -2, upper = 2 }\nw_max = 10",
    .fields = {{.name = "eta", .brief = "learning rate, a factor of both", .type = "number or table", .required = true},
               parameter("alpha", "change at each presynaptic spike", false),
               parameter("beta", "change at each postsynaptic spike", false),
               parameter("gamma", "change at a postsynaptic spike, times the presynaptic trace", false),
               parameter("kappa", "change at a presynaptic spike, times the postsynaptic trace", false),
               parameter("tau_pre", "time constant of the presynaptic trace", true),
               parameter("tau_post", "time constant of the postsynaptic trace", true),
               {.name = "w_min", .brief = "smallest weight", .type = "number", .fallback = "0.0"},
               {.name = "w_max", .brief = "largest weight", .type = "number", .fallback = "inf"}},
    .make = make};

}  // namespace carve::rule
