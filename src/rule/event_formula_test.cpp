// Found rules between spiking neurons: formulas to read, terms, and texts that read back to the same bits.
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "carve/rule/evaluate.hpp"
#include "carve/rule/event_family.hpp"
#include "carve/rule/found_rule.hpp"
#include "carve/rule/test_support.hpp"

namespace carve::rule {
namespace {

using test::event_rule;

const std::string six = "family = \"six_parameter\"\neta = 1e-3\ntau_pre = \"20 ms\"\ntau_post = \"20 ms\"\n";
const std::string bounded = six + "w_max = 10\n";
const std::string triplets =
    "on_pre = \"-A2m*x_post\"\non_post = \"x_pre*(A2p + A3p*slow)\"\ntau_pre = \"16.8 ms\"\ntau_post = \"33.7 ms\"\n"
    "tau_slow = \"0.114 s\"\ntraces = { x_pre = \"pre\", x_post = \"post\", slow = \"post\" }\nw_min = -1\nw_max = 1\n";
const std::string saturating =
    "on_pre = \"eta*(tanh(G*x_post) + alpha)\"\non_post = \"eta*B*x_pre/(1 + w^2)\"\neta = 0.01\n"
    "tau_pre = \"20 ms\"\ntau_post = \"50 ms\"\n";

const std::string states =
    "on_pre = \"eta*C_E*(V + 0.06)*(slow + A)\"\non_post = \"eta*x_pre*tanh(C_I)\"\neta = 0.01\ntau_pre = \"20 ms\"\n"
    "tau_slow = \"50 ms\"\ntau_V = \"9 ms\"\ntau_C_E = \"10 ms\"\ntau_C_I = \"0.1 s\"\n"
    "traces = { x_pre = \"pre\", slow = \"post\" }\n";

const std::map<std::string, double> vogels{{"alpha", -0.2}, {"gamma", 1}, {"kappa", 1}};

TEST(EventFormula, says_what_each_event_does) {
  EXPECT_EQ(formula_text(event_rule(bounded, vogels)),
            "on pre: w += 0.001 (x_post - 0.2); on post: w += 0.001 x_pre; tau_pre = 20 ms, tau_post = 20 ms; "
            "0 <= w <= 10");
  EXPECT_EQ(formula_latex(event_rule(bounded, vogels)),
            "\\begin{aligned} \\Delta w &= \\begin{cases} 0.001 \\, \\left( x_{\\mathrm{post}} - 0.2 \\right) & "
            "\\text{at presynaptic spikes} \\\\ 0.001 \\, x_{\\mathrm{pre}} & \\text{at postsynaptic spikes} "
            "\\end{cases} \\\\ & \\tau_{\\mathrm{pre}} = 20 \\, \\mathrm{ms}, \\quad \\tau_{\\mathrm{post}} = 20 \\, "
            "\\mathrm{ms}, \\quad 0 \\le w \\le 10 \\end{aligned}");
}

TEST(EventFormula, has_one_scale_for_both_events) {
  const Rule rule = event_rule(six, {{"alpha", 0.05}, {"beta", -0.004}, {"gamma", 0.5}, {"kappa", -0.525}});
  EXPECT_EQ(formula_text(rule),
            "on pre: w += -0.0005 (1.05 x_post - 0.1); on post: w += 0.0005 (x_pre - 0.008); tau_pre = 20 ms, "
            "tau_post = 20 ms; w >= 0");
  EXPECT_EQ(formula_text(rule, {.digits = 1, .hide_below = 0.01}),
            "on pre: w += -0.0005 (x_post - 0.1); on post: w += 0.0005 (x_pre + ...); tau_pre = 20 ms, "
            "tau_post = 20 ms; w >= 0");
}

// A time constant that no shown term uses is not pinned by the search either.
TEST(EventFormula, shows_the_time_constants_of_traces_that_are_shown) {
  const auto shown = [](const std::map<std::string, double>& numbers, double hide_below = 0) {
    return formula_text(event_rule(six, numbers), {.digits = 3, .hide_below = hide_below});
  };
  EXPECT_EQ(shown({}), "on pre: w += 0; on post: w += 0; w >= 0");
  EXPECT_EQ(shown({{"gamma", -1.0}, {"tau_pre", 0.0123456}}),
            "on pre: w += 0; on post: w += -0.001 x_pre; tau_pre = 12.3 ms; w >= 0");
  EXPECT_EQ(shown({{"gamma", -1.0}, {"tau_pre", 0.02339817}}),
            "on pre: w += 0; on post: w += -0.001 x_pre; tau_pre = 23.4 ms; w >= 0");
  EXPECT_EQ(shown({{"gamma", 1.0}, {"kappa", 0.001}, {"beta", -2}, {"tau_pre", 1.23456}}, 0.01),
            "on pre: w += ...; on post: w += 0.001 (x_pre - 2); tau_pre = 1.23 s; w >= 0");
  EXPECT_EQ(shown({{"alpha", -1.0}}), "on pre: w += -0.001; on post: w += 0; w >= 0");
}

TEST(EventFormula, golden) {
  std::string all;
  for (const Rule& rule : {event_rule(bounded, vogels), event_rule(six, {{"beta", 0.3}}),
                           event_rule(triplets, {{"A2m", 0.007}, {"A2p", 5e-10}, {"A3p", 0.0062}}),
                           event_rule(triplets, {{"A2m", 0.0}, {"A2p", 0.01}, {"A3p", 0.0}}),
                           event_rule(saturating, {{"G", 2.0}, {"alpha", -0.123456}, {"B", 0.5}}),
                           event_rule(saturating, {{"G", 2.0}, {"alpha", -0.123456}, {"B", 0.0}})}) {
    all += fmt::format("{}\n{}\n{}\n{}\n", formula_text(rule), formula_latex(rule), formula_mathml(rule),
                       exact_text(rule));
    for (const Term& term : terms(rule)) all += fmt::format("{} = {}\n", term.term, term.coefficient);
    all += to_toml(std::vector{rule}) + "\n";
  }
  test::expect_golden("event_formulas.txt", all);
}

TEST(EventTerms, are_named_by_their_event_and_leave_eta_out) {
  const std::vector<Term> list = terms(event_rule(bounded, {{"alpha", -0.2}, {"beta", 0.2}, {"gamma", -1}}));
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(std::tie(list[0].term, list[0].coefficient, list[0].side),
            std::make_tuple("post: x_pre", -1.0, std::optional(Side::post)));
  EXPECT_EQ(list[1].term, "pre: 1") << "of the same size as post: 1, and first in the normal form";
  EXPECT_EQ(list[1].coefficient, -0.2);
  EXPECT_EQ(list[2].term, "post: 1");
  EXPECT_EQ(terms(event_rule(triplets, {{"A2m", 0.5}, {"A3p", 2}}))[0].term, "post: x_pre*slow");
  EXPECT_TRUE(terms(event_rule(saturating, {{"B", 1}})).empty());
}

TEST(EventTerms, pairing_pre_before_post_leads_unless_it_is_marginal) {
  const auto factors = [](const std::map<std::string, double>& numbers) { return factored(event_rule(six, numbers)); };
  const Factored causal = factors({{"alpha", -5}, {"gamma", 0.5}, {"kappa", 1}});
  EXPECT_EQ(causal.terms[0].term, "post: x_pre");
  EXPECT_DOUBLE_EQ(causal.scale, 0.0005);
  EXPECT_EQ(causal.terms[1].term, "pre: 1");
  EXPECT_DOUBLE_EQ(causal.terms[1].coefficient, -10);
  EXPECT_EQ(factors({{"alpha", -5}, {"gamma", 0.4}, {"kappa", 1}}).terms[0].term, "pre: x_post");
  EXPECT_EQ(factors({{"alpha", -5}, {"gamma", 0.4}, {"kappa", 0.4}}).terms[0].term, "pre: 1");
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

/// A member of the space with numbers of many digits, some of them 0.
Rule random_rule(const std::string& body, bool any_size) {
  Rule rule = event_rule(body, {});
  for (std::size_t i = 0; i < rule.values.size(); ++i) {
    const Parameter& each = rule.space.parameters[i];
    const double share = *rc::gen::inRange(0, 1'000'000) / 999'999.0;
    const double any = *rc::gen::arbitrary<double>();
    if (each.dimension) rule.values[i] = smallest_time_constant * std::pow(9.9e5, share);
    else if (any_size && std::isfinite(any)) rule.values[i] = any;
    else if (each.name == "eta") rule.values[i] = 1e-3 + share / 7;
    else rule.values[i] = *rc::gen::inRange(0, 4) == 0 ? 0 : (share - 0.5) / 0.7;
  }
  return rule;
}

std::string random_body() {
  return *rc::gen::element(six, "family = \"six_parameter\"\neta = { init = 0.1 }\nw_min = -3.25\n", triplets,
                           saturating, states, "family = \"product_polynomial\"\neta = 0.5\n",
                           "family = \"mlp\"\neta = 0.5\nunits = 7\nseed = 3\n",
                           "on_post = \"eta*(A*x_pre - w) + C\"\neta = 0.5\ntau_pre = \"7 ms\"\n");
}

std::map<std::string, double> by_term(const Rule& rule) {
  std::map<std::string, double> result;
  const double eta = rule.space.eta_parameter ? rule.values[*rule.space.eta_parameter] : 1;
  for (const Term& each : terms(rule)) result[each.term] = eta * each.coefficient;
  return result;
}

RC_GTEST_PROP(EventExactText, is_the_same_rule, ()) {
  const Rule rule = random_rule(random_body(), false);
  base::Diagnostics diagnostics;
  const base::Table document = test::read_toml("rule = " + exact_text(rule));
  auto space = read_event_rule("again", *document.find("rule")->as<base::Table>(), {}, diagnostics);
  RC_ASSERT(space.has_value());
  const auto again = fixed_rule(std::move(*space), diagnostics);
  RC_ASSERT(again.has_value());
  RC_ASSERT(again->space.events->w_min == rule.space.events->w_min);
  RC_ASSERT(again->space.events->w_max == rule.space.events->w_max);
  if (rule.space.events->pre_polynomial) RC_ASSERT(by_term(*again) == by_term(rule));
  Bindings<double> before{{"w", 0.4}}, after{{"w", 0.4}};
  for (std::size_t i = 0; i < rule.values.size(); ++i) before[rule.space.parameters[i].name] = rule.values[i];
  for (std::size_t i = 0; i < again->values.size(); ++i) after[again->space.parameters[i].name] = again->values[i];
  for (const Trace& each : rule.space.events->traces) before[each.name] = after[each.name] = 0.7;
  for (const Trace& each : again->space.events->traces) {
    const std::string& tau = again->space.parameters[each.time_constant].name;
    RC_ASSERT(again->values[each.time_constant] == before.at(tau));
  }
  for (auto formula : {&EventRule::on_pre, &EventRule::on_post}) {
    const double wanted = evaluate((*rule.space.events).*formula, before);
    RC_ASSERT(std::fabs(evaluate((*again->space.events).*formula, after) - wanted) <= 1e-14);
  }
}

RC_GTEST_PROP(EventRuleToml, gives_the_rule_back_to_the_bit, ()) {
  const Rule rule = random_rule(random_body(), true);
  const base::Table document = test::read_toml(to_toml(std::vector{rule}));
  const base::Value* table = document.find("rule")->as<base::Table>()->find("inhibition");
  base::Diagnostics diagnostics;
  auto space = read_event_rule("inhibition", *table->as<base::Table>(), {}, diagnostics);
  RC_ASSERT(space.has_value());
  const auto again = fixed_rule(std::move(*space), diagnostics);
  RC_ASSERT(again.has_value());
  RC_ASSERT(same_bits(again->values, rule.values));
  RC_ASSERT(again->space.events->on_pre == rule.space.events->on_pre);
  RC_ASSERT(again->space.events->on_post == rule.space.events->on_post);
  RC_ASSERT(again->space.events->w_min == rule.space.events->w_min);
  RC_ASSERT(again->space.events->w_max == rule.space.events->w_max);
  RC_ASSERT(again->space.eta_parameter == rule.space.eta_parameter);
  RC_ASSERT(to_toml(std::vector{*again}) == to_toml(std::vector{rule}));
}

TEST(EventRuleToml, a_space_is_not_a_rule) {
  base::Diagnostics diagnostics;
  const std::string body = "on_pre = \"A*x_post\"\nA = 1\ntau_post = { init = \"20 ms\" }\n";
  EXPECT_FALSE(fixed_rule(test::read_events(body), diagnostics));
  EXPECT_THAT(diagnostics.render(), testing::HasSubstr("'tau_post' has no fixed value"));
  EXPECT_THAT(diagnostics.render(), testing::HasSubstr("for example tau_post = \"20 ms\""));
}

}  // namespace
}  // namespace carve::rule
