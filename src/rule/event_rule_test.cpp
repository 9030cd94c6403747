// Rules between spiking neurons: what a file may say, what is made of it, and what is said about mistakes.
#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fmt/format.h>

#include "carve/base/scalar_math.hpp"
#include "carve/rule/evaluate.hpp"
#include "carve/rule/event_family.hpp"
#include "carve/rule/found_rule.hpp"
#include "carve/rule/rule_set.hpp"
#include "carve/rule/test_support.hpp"

namespace carve::rule {
namespace {

std::optional<RuleSpace> try_read(const std::string& body, base::Diagnostics& diagnostics) {
  const base::Table document = test::read_toml("[rule.test]\n" + body, "inhibition.toml");
  const base::Value* rule = document.find("rule")->as<base::Table>()->find("test");
  return read_event_rule("test", *rule->as<base::Table>(), rule->span, diagnostics);
}

RuleSpace read(const std::string& body) {
  base::Diagnostics diagnostics;
  auto space = try_read(body, diagnostics);
  EXPECT_TRUE(space) << diagnostics.render();
  return space ? std::move(*space) : RuleSpace{};
}

/// The table of one rule, as carve writes it.
RuleSpace read_table(const base::Table& table) {
  base::Diagnostics diagnostics;
  auto space = read_event_rule("test", test::read_toml(base::format_document(table)), {}, diagnostics);
  EXPECT_TRUE(space) << diagnostics.render();
  return space ? std::move(*space) : RuleSpace{};
}

Bindings<double> bindings(const RuleSpace& space, std::span<const double> values) {
  Bindings<double> result;
  for (std::size_t i = 0; i < values.size(); ++i) result[space.parameters[i].name] = values[i];
  return result;
}

const std::string six = "family = \"six_parameter\"\neta = 1e-3\n";
const std::string text =
    "on_pre = \"eta*(alpha + kappa*x_post)\"\non_post = \"eta*gamma*x_pre\"\neta = 1e-3\n"
    "tau_pre = \"10 ms\"\ntau_post = \"20 ms\"\n";

TEST(SixParameterFamily, is_the_two_formulas_of_the_paper) {
  const RuleSpace space = read(six + "tau_pre = \"10 ms\"\nw_max = 5\n");
  ASSERT_TRUE(space.events);
  ASSERT_EQ(space.parameters.size(), 7U);
  EXPECT_EQ(search_coordinates(space).initial.size(), 5U) << "alpha, beta, gamma, kappa, tau_post";
  EXPECT_EQ(space.events->w_min, 0);
  EXPECT_EQ(space.events->w_max, 5);
  ASSERT_EQ(space.events->traces.size(), 2U);
  std::vector<double> values;
  Bindings<double> names{{"eta", 0.001},    {"alpha", -0.2},    {"beta", 0.3},  {"gamma", 0.9},  {"kappa", 1.1},
                         {"tau_pre", 0.01}, {"tau_post", 0.03}, {"x_pre", 0.7}, {"x_post", 0.4}, {"w", 2.0}};
  for (const Parameter& each : space.parameters) values.push_back(names.at(each.name));
  EXPECT_DOUBLE_EQ(evaluate(space.events->on_pre, names), 0.001 * (-0.2 + 1.1 * 0.4));
  EXPECT_DOUBLE_EQ(evaluate(space.events->on_post, names), 0.001 * (0.3 + 0.9 * 0.7));
  for (const Trace& trace : space.events->traces) {
    const Parameter& tau = space.parameters[trace.time_constant];
    EXPECT_EQ(tau.name, trace.side == Side::pre ? "tau_pre" : "tau_post");
    EXPECT_EQ(tau.dimension, base::Dimension::time);
  }
}

TEST(SixParameterFamily, searches_time_constants_on_a_log_scale) {
  const RuleSpace space = read(six +
                               "tau_pre = { init = \"20 ms\", lower = \"5 ms\", upper = \"0.1 s\" }\n"
                               "tau_post = { init = \"30 ms\", scale = \"linear\" }\n");
  const SearchCoordinates search = search_coordinates(space);
  const auto at = [&](const std::string& name) {
    for (std::size_t i = 0; i < search.parameters.size(); ++i) {
      if (space.parameters[search.parameters[i]].name == name) return i;
    }
    throw std::out_of_range(name);
  };
  EXPECT_EQ(search.initial[at("tau_pre")], base::log(0.02));
  EXPECT_EQ(search.lower[at("tau_pre")], base::log(0.005));
  EXPECT_EQ(search.upper[at("tau_pre")], base::log(0.1));
  EXPECT_EQ(search.initial[at("tau_post")], 0.03);
  EXPECT_EQ(search.lower[at("tau_post")], smallest_time_constant);
  EXPECT_FALSE(space.parameters[search.parameters[at("tau_post")]].penalised) << "a time is no strength";
  EXPECT_TRUE(space.parameters[search.parameters[at("alpha")]].penalised);
}

TEST(ProductPolynomialFamily, is_the_two_products_of_the_paper) {
  const RuleSpace space = read("family = \"product_polynomial\"\neta = 0.5\ntau_V = \"30 ms\"\nw_max = 5\n");
  EXPECT_EQ(search_coordinates(space).initial.size(), 21U) << "time constants are fixed unless they are set free";
  Bindings<double> names{{"w", 1.5},        {"V", -0.06},    {"C_E", 0.03},  {"C_I", 0.04},
                         {"slow_pre", 0.7}, {"x_post", 0.2}, {"x_pre", 0.3}, {"slow_post", 0.9}};
  std::array<double, 21> theta{};
  for (std::size_t i = 0; i < theta.size(); ++i)
    names[fmt::format("theta_{}", i)] = theta[i] = 0.1 * static_cast<double>(i % 7) - 0.25;
  for (const Parameter& each : space.parameters) {
    if (each.fixed) names[each.name] = *each.fixed;
  }
  const double w = 1.5, v = 15 * -0.06, e = 15 * 0.03, i = 15 * 0.04;
  const auto common = [&](std::size_t k) {
    return theta[k] * (1 + theta[k + 1] + theta[k + 2] * w + theta[k + 3] * w * w) * (1 + theta[k + 4] * v) *
           (1 + theta[k + 5] * e + theta[k + 6] * e * e) * (1 + theta[k + 7] * i);
  };
  const double slow_post = 2 * 0.9;
  EXPECT_NEAR(evaluate(space.events->on_pre, names),
              0.5 * common(0) * (1 + theta[8] * 2 * 0.7) * (1 + theta[9] * 2 * 0.2), 1e-15);
  EXPECT_NEAR(
      evaluate(space.events->on_post, names),
      0.5 * common(10) * (1 + theta[18] * 2 * 0.3) * (1 + theta[19] * slow_post + theta[20] * std::pow(slow_post, 3)),
      1e-15);
  for (const Trace& trace : space.events->traces) {
    const double tau = *space.parameters[trace.time_constant].fixed;
    EXPECT_EQ(tau, trace.name == "V" ? 0.03 : trace.name == "C_E" ? 0.01 : trace.name.starts_with("x_") ? 0.02 : 0.1);
  }
}

TEST(EventsFamily, has_as_many_traces_as_it_names) {
  const RuleSpace space = read(
      "on_pre = \"A*x_post*slow - B*w\"\non_post = \"x_pre*(C + r)\"\ntau_pre = \"10 ms\"\ntau_slow = \"1 s\"\n"
      "tau_post = { init = \"20 ms\" }\ntau_r = \"0.1 s\"\n"
      "traces = { x_pre = \"pre\", x_post = \"post\", slow = \"post\", r = \"pre\", unused = \"pre\" }\n");
  ASSERT_EQ(space.events->traces.size(), 4U);
  for (const Trace& trace : space.events->traces) {
    const bool post = trace.name == "x_post" || trace.name == "slow";
    EXPECT_EQ(trace.side, post ? Side::post : Side::pre) << trace.name;
    const std::string expected = trace.name.starts_with("x_") ? trace.name.substr(2) : trace.name;
    EXPECT_EQ(space.parameters[trace.time_constant].name, "tau_" + expected);
  }
  for (const Side spiking : {Side::pre, Side::post}) {
    const std::vector<Input> names = event_inputs(space, spiking);
    ASSERT_EQ(names.size(), space.parameters.size() + 5);
    EXPECT_EQ(names[space.parameters.size()].name, "w");
    for (std::size_t k = 0; k < 4; ++k) {
      const bool own = space.events->traces[k].side == spiking;
      EXPECT_EQ(names[space.parameters.size() + 1 + k].level, own ? Level::step : Level::synapse);
    }
  }
}

TEST(EventsFamily, reads_states_of_the_postsynaptic_neuron) {
  const RuleSpace space = read(
      "on_pre = \"A*V*x_post + B*C_I\"\non_post = \"C_E*w\"\ntau_post = \"20 ms\"\ntau_V = { init = \"5 ms\" }\n"
      "tau_C_E = \"10 ms\"\ntau_C_I = \"0.1 s\"\n");
  ASSERT_EQ(space.events->traces.size(), 4U);
  for (const Trace& trace : space.events->traces) {
    EXPECT_EQ(trace.side, Side::post);
    EXPECT_EQ(trace.signal, trace.name == "V"     ? Signal::voltage
                            : trace.name == "C_E" ? Signal::excitation
                            : trace.name == "C_I" ? Signal::inhibition
                                                  : Signal::spikes);
  }
  ASSERT_TRUE(space.events->state());
  EXPECT_FALSE(read(text).events->state());
  EXPECT_EQ(search_coordinates(space).parameters.size(), 3U) << "A, B and tau_V";
}

RC_GTEST_PROP(EventsFamily, coefficients_of_the_normal_form_give_the_value_of_the_formulas, ()) {
  const RuleSpace space = read(
      "on_pre = \"eta*(A + B*x_post)*(C - w) + D*x_pre*x_post^2/tau_post\"\n"
      "on_post = \"A*B*x_pre + (w - C)^2\"\neta = 0.1\ntau_pre = \"10 ms\"\ntau_post = \"20 ms\"\n");
  RC_ASSERT(space.events->pre_polynomial.has_value());
  const auto number = [] { return static_cast<double>(*rc::gen::inRange(-1000, 1001)) / 256; };
  std::vector<double> values;
  for (const Parameter& each : space.parameters) values.push_back(each.fixed ? *each.fixed : number());
  Bindings<double> names = bindings(space, values);
  for (const std::string& each : space.variables) names[each] = number();
  const EventCoefficients found = event_coefficients(space, values);
  const auto sum = [&](const Polynomial& polynomial, const std::vector<double>& coefficients) {
    RC_ASSERT(coefficients.size() == polynomial.terms.size());
    double total = 0;
    std::size_t i = 0;
    for (const auto& [exponents, unused] : polynomial.terms) {
      double term = coefficients[i++];
      for (std::size_t k = 0; k < exponents.size(); ++k)
        term *= std::pow(names.at(polynomial.variables[k]), exponents[k]);
      total += term;
    }
    return total;
  };
  const auto close = [](double a, double b) { return std::abs(a - b) <= 1e-11 * (1 + std::abs(a)); };
  RC_ASSERT(close(evaluate(space.events->on_pre, names), sum(*space.events->pre_polynomial, found.pre)));
  RC_ASSERT(close(evaluate(space.events->on_post, names), sum(*space.events->post_polynomial, found.post)));
}

TEST(EventsFamily, other_formulas_have_no_normal_form) {
  const RuleSpace space = read("on_pre = \"tanh(x_post)\"\ntau_post = \"20 ms\"\n");
  EXPECT_FALSE(space.events->pre_polynomial);
  EXPECT_EQ(space.events->on_post, Expression());
}

TEST(EventRule, belongs_to_a_rule_set_like_any_other) {
  const RuleSet set{{read(six), read(text)}};
  EXPECT_EQ(set.parameter_count(), 13U);
  const SearchCoordinates search = search_coordinates(set);
  const std::vector<double> values = parameter_values(set, search.initial);
  EXPECT_EQ(values.size(), 13U);
  const std::vector<double> point = search_point(set, values);
  for (std::size_t i = 0; i < point.size(); ++i) EXPECT_NEAR(point[i], search.initial[i], 1e-14);
}

// The resolved table says everything, and so does the table of one member of the space.
TEST(EventRule, tables_read_back_as_the_same_rule) {
  for (const std::string& body :
       {six, std::string("family = \"product_polynomial\"\neta = 0.01\ntau_C_I = { init = \"30 ms\" }\n"),
        six + "alpha = { init = -0.1, lower = -1, upper = 1 }\ntau_pre = \"33.3 ms\"\nw_min = -1\nw_max = 4\n",
        text + "gamma = 0.5\n",
        std::string("on_post = \"A*r*w\"\ntraces = { r = \"pre\" }\ntau_r = { init = \"7 ms\" }\n")}) {
    const RuleSpace first = read(body);
    const RuleSpace second = read_table(first.resolved);
    EXPECT_EQ(base::format_document(second.resolved), base::format_document(first.resolved));
    EXPECT_EQ(second.events->on_pre, first.events->on_pre);
    EXPECT_EQ(second.events->on_post, first.events->on_post);
    EXPECT_EQ(second.events->w_min, first.events->w_min);
    EXPECT_EQ(second.events->w_max, first.events->w_max);
    ASSERT_EQ(second.parameters.size(), first.parameters.size());
    std::vector<double> values;
    for (std::size_t i = 0; i < first.parameters.size(); ++i) {
      const Parameter &a = first.parameters[i], &b = second.parameters[i];
      EXPECT_EQ(std::tie(a.name, a.initial, a.lower, a.upper, a.log_scale, a.fixed, a.penalised, a.dimension),
                std::tie(b.name, b.initial, b.lower, b.upper, b.log_scale, b.fixed, b.penalised, b.dimension));
      values.push_back(a.fixed ? *a.fixed : a.dimension ? 0.0123456789012345 : 1.0 / (3.0 + static_cast<double>(i)));
    }
    const RuleSpace fixed = read_table(to_table({first, values}));
    ASSERT_EQ(fixed.parameters.size(), values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_EQ(fixed.parameters[i].name, first.parameters[i].name);
      EXPECT_EQ(fixed.parameters[i].fixed, values[i]) << first.parameters[i].name;
    }
  }
}

TEST(EventRule, mistakes_are_explained_at_their_place) {
  std::string all;
  for (const std::string& body : std::vector<std::string>{"",
                                                          "family = \"six\"\neta = 1\n",
                                                          "family = \"six_parameter\"\n",
                                                          six + "on_pre = \"alpha\"\n",
                                                          "family = \"product_polynomial\"\ntheta_21 = 1\neta = 1\n",
                                                          six + "tau_pre = 20\n",
                                                          six + "tau_pre = \"20 mV\"\n",
                                                          six + "tau_pre = \"20\"\n",
                                                          six + "tau_pre = { init = 0.02 }\n",
                                                          six + "tau_pre = { lower = \"0.1 ms\" }\n",
                                                          six + "tau_pre = \"0.5 ms\"\n",
                                                          six + "tau_pre = { init = \"1 ms\", lower = \"2 ms\" }\n",
                                                          six + "alpha = \"1 ms\"\n",
                                                          six + "aplha = 1\n",
                                                          six + "w_max = -1\n",
                                                          six + "w_max = \"big\"\n",
                                                          six + "w_min = nan\n",
                                                          six + "w = 1\n",
                                                          "on_pre = 3\n",
                                                          "on_pre = \"A + \"\n",
                                                          "on_pre = \"A*x_post\"\n",
                                                          "on_pre = \"x_psot*A\"\n",
                                                          "on_pre = \"x*y\"\n",
                                                          "on_pre = \"eta*w\"\n",
                                                          "on_pre = \"traces + A\"\n",
                                                          "on_pre = \"A\"\ntraces = 3\n",
                                                          "on_pre = \"A\"\ntraces = { r = \"both\" }\n",
                                                          "on_pre = \"A\"\ntraces = { exp = \"pre\", w = \"pre\" }\n",
                                                          "on_pre = \"A\"\ntraces = { r = \"pre\", x_r = \"post\" }\n",
                                                          "on_post = \"(w - 1)^2.5\"\n",
                                                          "on_pre = \"A*V\"\n",
                                                          "on_pre = \"A*V\"\ntau_V = \"20 ms\"\nV = 3\n",
                                                          "on_pre = \"A\"\ntau_C_E = \"5 ms\"\n",
                                                          "on_pre = \"A\"\ntraces = { C_E = \"post\" }\n",
                                                          "on_pre = \"A\"\ntraces = { x_V = \"post\" }\n",
                                                          text + "B = 1\n"}) {
    base::Diagnostics diagnostics;
    EXPECT_FALSE(try_read(body, diagnostics)) << body;
    EXPECT_FALSE(diagnostics.empty()) << body;
    all += fmt::format("--- {}{}", body.empty() ? "\n" : body, diagnostics.render());
  }
  test::expect_golden("event_rule_errors.txt", all);
}

TEST(EventFamilies, every_sample_is_valid_and_every_field_refuses_nonsense) {
  test::expect_families_refuse_nonsense(event_families(), read_event_rule);
}

}  // namespace
}  // namespace carve::rule
