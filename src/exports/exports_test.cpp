// Exported files run where they are meant to run, and agree with carve; a wrong one notices.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <regex>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fmt/format.h>

#include "carve/base/test_folder.hpp"
#include "carve/exports/code.hpp"
#include "carve/exports/exporter.hpp"
#include "carve/exports/self_test.hpp"
#include "carve/rule/event_family.hpp"
#include "carve/rule/test_support.hpp"

namespace carve::exports {
namespace {

rule::Rule rate_rule(const std::string& dw, const std::string& name = "feedforward") {
  base::Diagnostics diagnostics;
  auto space = rule::read_rule_space(name, rule::test::read_toml(fmt::format("dw = \"{}\"\n", dw)), {}, diagnostics);
  EXPECT_TRUE(space) << diagnostics.render();
  return {std::move(*space), {}};
}

std::string written(const Exporter& exporter, std::vector<rule::Rule> rules) {
  base::Diagnostics diagnostics;
  const auto text = exporter.write({std::move(rules), "From a test."}, diagnostics);
  EXPECT_TRUE(text) << diagnostics.render();
  return text.value_or("");
}

/// Runs Python files, all in one process, and returns whether all were content.
bool run(const std::vector<std::string>& files) {
  std::string command =
      "/usr/bin/python3 -W ignore -c 'import runpy, sys\nfor each in sys.argv[1:]: runpy.run_path(each, "
      "run_name=\"__main__\")'";
  for (const std::string& each : files) command += " " + each;
  return std::system((command + " > /dev/null 2>&1").c_str()) == 0;
}

bool has_module(const char* name) {
  return std::system(fmt::format("/usr/bin/python3 -W ignore -c 'import {}' > /dev/null 2>&1", name).c_str()) == 0;
}

/// Rules that between them use all that exporters distinguish.
std::vector<std::vector<rule::Rule>> all_rules() {
  using rule::test::event_rule;
  const std::string six = "family = \"six_parameter\"\neta = 0.01\n";
  return {{rate_rule("0.02*(x*y - y^2*w)")},
          {rate_rule("0.01*min(x, y)*(x < y) - 0.02*max(w, 0)*tanh(x)^3 + 0.01*(x >= w) - 0.01*(x == y)")},
          {rate_rule("0.01*exp(-x^2)*y - 0.001*abs(y)^1.5 + 0.01*sqrt(w^2)*log(2 + x)*(y != 0)*(w <= y)*(x > 0)")},
          {event_rule(six, {{"alpha", -0.2}, {"gamma", 1}, {"kappa", 1}})},
          {event_rule(
              six + "w_max = 3\n",
              {{"alpha", -30}, {"beta", 60}, {"gamma", -30}, {"kappa", 15}, {"tau_pre", 0.005}, {"tau_post", 0.3}})},
          {event_rule("on_pre = \"0.01*(w*(lambda - 0.2) + min(is, 0.3)*(w > 1))\"\n"
                      "on_post = \"0.02*x_pre*exp(-w) - 0.001*max(x_pre, 0.1)\"\n"
                      "traces = { lambda = \"post\", is = \"post\", x_pre = \"pre\" }\n"
                      "tau_lambda = \"30 ms\"\ntau_is = \"10 ms\"\ntau_pre = \"20 ms\"\nw_min = -inf\n",
                      {})},
          {event_rule("on_pre = \"0.01\"\non_post = \"-0.02*w\"\n", {})}};  // no traces
}

void expect_to_run(const Exporter& exporter, std::vector<std::vector<rule::Rule>> rules) {
  const base::test::Folder folder;
  std::vector<std::string> files;
  for (auto& each : rules)
    files.push_back(folder.write(fmt::format("rule{}.py", files.size()), written(exporter, std::move(each))));
  if (run(files)) return;
  for (const std::string& each : files) {
    std::ifstream file(each);
    EXPECT_TRUE(run({each})) << std::string(std::istreambuf_iterator<char>(file), {});
  }
}

TEST(NumPy, runs_and_agrees) {
  if (!has_module("numpy")) GTEST_SKIP() << "no NumPy";
  auto rules = all_rules();
  rules.push_back({rate_rule("0.05*(x*y - y^2*w)"), rate_rule("-0.1*x*y", "lateral")});
  expect_to_run(numpy_exporter, std::move(rules));
}

TEST(NumPy, random_formulas_mean_the_same) {
  if (!has_module("numpy")) GTEST_SKIP() << "no NumPy";
  std::vector<std::vector<rule::Rule>> rules;
  rc::check("collects formulas", [&] {
    const rule::Expression formula = rule::test::random_expression(4, {"x", "y", "w"});
    // What is not a number differs: min(sqrt(-1), 2) is 2 (rule/evaluate.hpp) and not for NumPy, 1^log(-1) the other
    // way round; and Python refuses powers of literals that overflow.
    const std::string text = print(formula);
    const auto has = [&](const char* part) { return std::regex_search(text, std::regex(part)); };
    if ((has("min|max") && has("log|sqrt|/|\\^")) || has("\\^[^0-9]") || has("e\\+")) return;
    base::Diagnostics refused;
    const base::Table table = rule::test::read_toml(fmt::format("dw = \"0.01*tanh({})\"\n", text));
    auto space = rule::read_rule_space("feedforward", table, {}, refused);
    if (!space) return;  // a power that may not be a number
    const rule::Rule made{std::move(*space), {}};
    const RateTest test = rate_test({made});
    if (std::all_of(test.after.begin(), test.after.end(), [](double w) { return std::isfinite(w); }))
      rules.push_back({made});
  });
  EXPECT_GT(rules.size(), 20U);
  expect_to_run(numpy_exporter, std::move(rules));
}

TEST(Brian2, runs_and_agrees) {
  if (!has_module("brian2")) GTEST_SKIP() << "no Brian 2";
  expect_to_run(brian2_exporter, all_rules());
}

TEST(SymPy, agrees_at_random_points) {
  if (!has_module("sympy")) GTEST_SKIP() << "no SymPy";
  auto rules = all_rules();
  rules.push_back({rate_rule("0.05*(x*y - y^2*w)"), rate_rule("-0.1*x*y", "lateral")});
  rules.push_back({rule::test::event_rule("on_pre = \"0.01*V*w\"\ntau_V = \"9 ms\"\n", {})});  // no neuron is needed
  expect_to_run(sympy_exporter, std::move(rules));
}

/// Compares with src/exports/golden/NAME; writes that file instead where the environment has CARVE_UPDATE_GOLDEN.
void expect_golden(const Exporter& exporter, const std::string& name) {
  const std::string text = written(exporter, all_rules()[5]);
  const std::string path = fmt::format("{}/src/exports/golden/{}", CARVE_SOURCE_DIR, name);
  if (std::getenv("CARVE_UPDATE_GOLDEN")) std::ofstream(path) << text;
  std::ifstream file(path);
  EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>(file), {})) << path;
}

TEST(Nestml, is_the_golden_file) { expect_golden(nestml_exporter, "rule.nestml"); }
TEST(PyGenn, is_the_golden_file) { expect_golden(pygenn_exporter, "pygenn.txt"); }
TEST(Auryn, is_the_golden_file) { expect_golden(auryn_exporter, "auryn.txt"); }

TEST(Exports, of_spikes_refuse_rate_rules) {
  for (const Exporter* exporter : {&nestml_exporter, &pygenn_exporter, &auryn_exporter}) {
    base::Diagnostics diagnostics;
    EXPECT_FALSE(exporter->write({{rate_rule("x*y")}, ""}, diagnostics));
    EXPECT_NE(diagnostics.render().find("has no rate neurons"), std::string::npos);
  }
}

TEST(Code, whole_numbers_get_a_point) {
  EXPECT_EQ(decimals("1*x_1 - pow(A2, 3)/4 + 1e-05*0.5 - 2.5e3"), "1.0*x_1 - pow(A2, 3.0)/4.0 + 1e-05*0.5 - 2.5e3");
  EXPECT_EQ(identifier("I->E"), "I_to_E");
}

TEST(Exports, a_wrong_weight_is_noticed) {
  if (!has_module("brian2")) GTEST_SKIP() << "no Brian 2";
  const base::test::Folder folder;
  for (const Exporter* exporter : {&numpy_exporter, &brian2_exporter}) {
    for (const auto& rules : {all_rules()[0], all_rules()[4]}) {
      std::string text = written(*exporter, rules);
      const std::size_t digit = text.find('.', text.find("AFTER = ")) + 5;
      text[digit] = text[digit] == '9' ? '8' : static_cast<char>(text[digit] + 1);
      EXPECT_FALSE(run({folder.write("wrong.py", text)})) << exporter->name;
    }
  }
}

TEST(Exports, say_what_a_target_cannot) {
  base::Diagnostics diagnostics;
  const Published two{{rate_rule("x*y"), rate_rule("-x*y", "lateral")}, ""};
  EXPECT_FALSE(brian2_exporter.write(two, diagnostics));
  EXPECT_NE(diagnostics.render().find("2 rules, but brian2 takes one at a time"), std::string::npos);
}

TEST(Exports, say_that_a_rule_needs_a_neuron) {
  const Published states{{rule::test::event_rule("on_pre = \"0.01*V\"\ntau_V = \"9 ms\"\n", {})}, ""};
  for (const Exporter* const exporter : exporters()) {
    base::Diagnostics diagnostics;
    const bool formulas = exporter->name == "latex" || exporter->name == "sympy";
    EXPECT_EQ(exporter->write(states, diagnostics).has_value(), formulas);
    EXPECT_EQ(diagnostics.render().find("reads 'V', a state of the postsynaptic neuron") != std::string::npos,
              !formulas);
  }
}

TEST(Latex, has_every_formula) {
  EXPECT_EQ(written(latex_exporter, {rate_rule("x*y"), rate_rule("-2*x*y", "lateral")}),
            "% From a test.\n% In a document with \\usepackage{amsmath}.\n% feedforward\n\\[ \\Delta w = x \\, y \\]\n"
            "% lateral\n\\[ \\Delta w = -2 \\, x \\, y \\]\n");
}

TEST(Code, templates_are_filled) {
  EXPECT_EQ(filled("a<<B>>c<<B>>", {{"B", "<"}}), "a<c<");
  EXPECT_THROW((void)filled("<<C>>", {}), std::out_of_range);
}

}  // namespace
}  // namespace carve::exports
