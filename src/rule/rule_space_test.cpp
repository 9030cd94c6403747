// From a table of the file to a space of rules: families, parameters, and what is said about mistakes.
#include <cmath>

#include <gmock/gmock.h>

#include <fmt/format.h>

#include "carve/base/scalar_math.hpp"
#include "carve/rule/evaluate.hpp"
#include "carve/rule/family.hpp"
#include "carve/rule/print.hpp"
#include "carve/rule/rule_space.hpp"
#include "carve/rule/test_support.hpp"

namespace carve::rule {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::optional<RuleSpace> try_read(const std::string& body, base::Diagnostics& diagnostics) {
  const base::Table document = test::read_toml("[rule.test]\n" + body, "oja.toml");
  const base::Value* rules = document.find("rule");
  const base::Value* rule = rules ? rules->as<base::Table>()->find("test") : nullptr;
  if (!rule) return std::nullopt;
  return read_rule_space("test", *rule->as<base::Table>(), rule->span, diagnostics);
}

RuleSpace read(const std::string& body) {
  base::Diagnostics diagnostics;
  auto space = try_read(body, diagnostics);
  EXPECT_TRUE(space) << diagnostics.render();
  return space ? std::move(*space) : RuleSpace{};
}

const Parameter& parameter(const RuleSpace& space, const std::string& name) {
  for (const Parameter& each : space.parameters) {
    if (each.name == name) return each;
  }
  throw std::out_of_range(name);
}

TEST(PolynomialFamily, has_all_terms_up_to_its_degree) {
  const RuleSpace space = read("family = \"polynomial\"\ndegree = 2\neta = 0.02\n");
  EXPECT_EQ(space.parameters.size(), 28U);
  EXPECT_EQ(space.eta, 0.02);
  ASSERT_TRUE(space.polynomial);
  EXPECT_EQ(space.polynomial->terms.size(), 27U);
  EXPECT_EQ(space.polynomial->degrees(), (Exponents{2, 2, 2}));
  const SearchCoordinates search = search_coordinates(space);
  EXPECT_EQ(search.initial, std::vector<double>(27, 0.0));
  EXPECT_EQ(search.lower, std::vector<double>(27, -infinity));
  EXPECT_EQ(space.parameters[search.parameters[1]].name, "theta_001");
  EXPECT_EQ(space.parameters[search.parameters[26]].name, "theta_222");
}

TEST(PolynomialFamily, is_oja_with_two_terms) {
  const RuleSpace space = read("family = \"polynomial\"\ndegree = 2\neta = 0.02\n");
  std::vector<double> point(27);
  point[9 + 3] = 1;       // theta_110
  point[2 * 3 + 1] = -1;  // theta_021
  const std::vector<double> values = parameter_values(space, point);
  Bindings<double> bindings{{"x", 0.5}, {"y", 3.0}, {"w", 0.25}};
  for (std::size_t i = 0; i < values.size(); ++i) bindings[space.parameters[i].name] = values[i];
  EXPECT_NEAR(evaluate(space.dw, bindings), 0.02 * (0.5 * 3.0 - 9.0 * 0.25), 1e-16);
  EXPECT_EQ(l1_norm(space, values), 2);
  const std::vector<double> numbers = coefficients(space, values);
  std::size_t i = 0;
  for (const auto& [exponents, coefficient] : space.polynomial->terms) {
    const double expected = exponents == Exponents{1, 1, 0} ? 0.02 : exponents == Exponents{0, 2, 1} ? -0.02 : 0;
    EXPECT_EQ(numbers[i++], expected);
  }
}

TEST(PolynomialFamily, degrees_per_variable_and_settings_per_term) {
  const RuleSpace space = read(
      "family = \"polynomial\"\ndegree = { x = 1, y = 2, w = 1 }\neta = 0.1\ninit = 0.5\nlower = -1\nupper = 1\n"
      "terms = { \"y*x\" = 1, \"w*y^2\" = { init = -0.5, lower = -2 }, \"1\" = { fixed = 0 } }\n");
  EXPECT_EQ(space.parameters.size(), 1U + 2 * 3 * 2);
  EXPECT_EQ(parameter(space, "theta_110").fixed, 1.0);
  EXPECT_FALSE(parameter(space, "theta_110").penalised);
  EXPECT_EQ(parameter(space, "theta_021").initial, -0.5);
  EXPECT_EQ(parameter(space, "theta_021").lower, -2);
  EXPECT_EQ(parameter(space, "theta_021").upper, 1);
  EXPECT_EQ(parameter(space, "theta_011").initial, 0.5);
  EXPECT_TRUE(parameter(space, "theta_011").penalised);
  EXPECT_EQ(space.polynomial->terms.count({0, 0, 0}), 0U) << "a term fixed at 0 costs nothing";
  EXPECT_EQ(search_coordinates(space).initial.size(), 10U);
}

TEST(PolynomialFamily, reaches_a_thousand_terms) {
  const RuleSpace space = read("family = \"polynomial\"\ndegree = 9\neta = 1\n");
  EXPECT_EQ(space.polynomial->terms.size(), 1000U);
  EXPECT_EQ(coefficients(space, std::vector<double>(1001, 2.0)), std::vector<double>(1000, 4.0));
}

TEST(PolynomialFamily, may_have_nothing_left) {
  const RuleSpace space = read("family = \"polynomial\"\ndegree = 0\neta = 1\nterms = { \"1\" = 0 }\n");
  ASSERT_TRUE(space.polynomial);
  EXPECT_TRUE(space.polynomial->terms.empty());
  EXPECT_EQ(space.dw, Expression());
}

TEST(TextFamily, every_free_name_is_a_parameter) {
  const RuleSpace space = read(
      "dw = \"eta * (A*x*y + B*y^2*w) * exp(-C/tau)\"\neta = 0.02\nA = { init = 0.1, lower = -2, upper = 2 }\n"
      "tau = { init = 1, scale = \"log\", lower = 0.01, upper = 100 }\n");
  ASSERT_EQ(space.parameters.size(), 5U);
  EXPECT_EQ(space.parameters[0].name, "eta");
  EXPECT_EQ(space.parameters[0].fixed, 0.02);
  EXPECT_EQ(space.eta, 1);
  EXPECT_FALSE(parameter(space, "B").fixed);
  EXPECT_EQ(parameter(space, "B").initial, 0);
  EXPECT_TRUE(parameter(space, "A").penalised);
  EXPECT_FALSE(parameter(space, "tau").penalised);
  EXPECT_EQ(parameter(space, "C").span.text(), "C");
  ASSERT_TRUE(space.polynomial);
  EXPECT_EQ(space.polynomial->degrees(), (Exponents{1, 2, 1}));
}

TEST(TextFamily, a_rule_that_is_no_polynomial_has_no_normal_form) {
  const RuleSpace space = read("dw = \"A*tanh(x*y) - w\"\n");
  EXPECT_FALSE(space.polynomial);
  const std::vector<Input> names = inputs(space);
  ASSERT_EQ(names.size(), 4U);
  EXPECT_EQ(names[0].name, "A");
  EXPECT_EQ(names[0].level, Level::candidate);
  EXPECT_EQ(names[1].level, Level::synapse);
  EXPECT_EQ(names[2].level, Level::step);
  EXPECT_EQ(names[3].level, Level::synapse);
}

TEST(RuleSpace, searches_logarithms_where_asked) {
  const RuleSpace space = read(
      "dw = \"A*x/tau + B*y/mu\"\nA = 3\ntau = { init = 2, scale = \"log\", lower = 0.5, upper = 8 }\n"
      "mu = { init = 1, scale = \"log\" }\n");
  const SearchCoordinates search = search_coordinates(space);
  EXPECT_EQ(search.parameters, (std::vector<std::size_t>{1, 2, 3}));
  EXPECT_EQ(search.initial, (std::vector<double>{base::log(2.0), 0, 0}));
  EXPECT_EQ(search.lower, (std::vector<double>{base::log(0.5), -infinity, -infinity}));
  EXPECT_EQ(search.upper, (std::vector<double>{base::log(8.0), infinity, infinity}));
  const std::vector<double> values = parameter_values(space, search.initial);
  EXPECT_EQ(values[0], 3);
  EXPECT_NEAR(values[1], 2, 1e-15);
  EXPECT_NEAR(parameter_values(space, std::vector<double>{search.upper[0], 1.0, 0.0})[1], 8, 1e-14);
  EXPECT_EQ(parameter_values(space, std::vector<double>{99.0, 1.0, 0.0})[1], 8) << "bounds hold whatever is asked";
  EXPECT_THAT(search_point(space, values), testing::Pointwise(testing::DoubleNear(1e-15), search.initial));
}

// The resolved table says everything: reading it again gives the same space and the same table.
TEST(RuleSpace, the_resolved_table_reads_back_as_the_same_space) {
  for (const char* body : {"family = \"polynomial\"\neta = 0.02\n",
                           "family = \"polynomial\"\ndegree = { x = 1, y = 2, w = 0 }\neta = 0.1\nlower = -1\n"
                           "terms = { \"x*y\" = 1, \"y^2\" = { lower = -inf, upper = 3 } }\n",
                           "dw = \"eta*(A*x + B*y^2/tau)\"\neta = 0.3\nA = { init = 0.1, lower = -2 }\ntau = { init = "
                           "1, scale = \"log\" }\n"}) {
    const RuleSpace first = read(body);
    base::Diagnostics diagnostics;
    const auto again = read_rule_space("test", test::read_toml(base::format_document(first.resolved)), {}, diagnostics);
    ASSERT_TRUE(again) << diagnostics.render();
    const RuleSpace& second = *again;
    EXPECT_EQ(base::format_document(second.resolved), base::format_document(first.resolved));
    EXPECT_EQ(second.dw, first.dw);
    ASSERT_EQ(second.parameters.size(), first.parameters.size());
    for (std::size_t i = 0; i < first.parameters.size(); ++i) {
      const Parameter &a = first.parameters[i], &b = second.parameters[i];
      EXPECT_EQ(std::tie(a.name, a.initial, a.lower, a.upper, a.log_scale, a.fixed, a.penalised),
                std::tie(b.name, b.initial, b.lower, b.upper, b.log_scale, b.fixed, b.penalised));
    }
  }
}

TEST(RuleSpace, mistakes_are_explained_at_their_place) {
  const std::string family = "family = \"polynomial\"\neta = 0.02\n";
  const std::string text = "dw = \"eta*(A*x*y - w)\"\neta = 0.02\n";
  std::string all;
  for (const std::string& body : std::vector<std::string>{"",
                                                          "eta = 1\n",
                                                          "family = \"polynomal\"\neta = 0.02\n",
                                                          "family = 3\n",
                                                          "family = \"polynomial\"\n",
                                                          family + "degree = 99\n",
                                                          family + "degree = -1\n",
                                                          family + "degree = 2.5\n",
                                                          family + "degree = \"two\"\n",
                                                          family + "degree = { x = 2, y = 2 }\n",
                                                          family + "degree = { x = 2, y = 10, w = 2, v = 1 }\n",
                                                          "family = \"polynomial\"\neta = 0\n",
                                                          "family = \"polynomial\"\neta = \"fast\"\n",
                                                          "family = \"polynomial\"\neta = { init = 0.02 }\n",
                                                          family + "degre = 2\n",
                                                          family + "dw = \"x\"\n",
                                                          family + "init = nan\n",
                                                          family + "init = [1]\n",
                                                          family + "lower = inf\n",
                                                          family + "lower = 1\nupper = -1\n",
                                                          family + "lower = 1\n",
                                                          family + "terms = 3\n",
                                                          family + "terms = { \"x*\" = 1, \"2*x\" = 1, \"z\" = 1 }\n",
                                                          family + "terms = { \"x^3\" = 1 }\n",
                                                          family + "terms = { \"x*y\" = 1, \"y*x\" = 2 }\n",
                                                          family + "terms = { \"x*y\" = \"big\" }\n",
                                                          family + "terms = { \"x*y\" = { int = 1 } }\n",
                                                          family + "terms = { \"x*y\" = { fixed = 1, lower = 0 } }\n",
                                                          family + "terms = { \"x*y\" = { scale = \"log\" } }\n",
                                                          family + "upper = 1\nterms = { \"x\" = { init = 2 } }\n",
                                                          "dw = 3\n",
                                                          "dw = \"\"\n",
                                                          "dw = \"eta*(x*y - 2w)\"\neta = 1\n",
                                                          "dw = \"eta*x*y\"\n",
                                                          "dw = \"X*y\"\n",
                                                          "dw = \"pre*post\"\n",
                                                          "dw = \"family*x\"\nfamily = \"text\"\n",
                                                          text + "a = 1\n",
                                                          text + "Bias = 1\n",
                                                          text + "x = 1\n",
                                                          text + "A = \"1\"\n",
                                                          text + "A = { start = 1 }\n",
                                                          text + "A = nan\n",
                                                          text + "A = { lower = 2, upper = 2 }\n",
                                                          text + "A = { init = 5, upper = 2 }\n",
                                                          text + "A = { lower = 1 }\n",
                                                          text + "A = { scale = \"log\" }\n",
                                                          text + "A = { init = 1, lower = 0, scale = \"log\" }\n",
                                                          text + "A = { init = 1, scale = \"logarithmic\" }\n",
                                                          text + "A = { fixed = 1, init = 2 }\n",
                                                          text + "A = { fixed = 1, scale = \"log\" }\n",
                                                          "dw = \"x^A\"\n",
                                                          "dw = \"y^2.5 + abs(w)^A\"\nA = 2\n",
                                                          "dw = \"x^100\"\n",
                                                          "dw = '''\nx*y\n - w w\n'''\n",
                                                          text + "A = true\nB = []\n"}) {
    base::Diagnostics diagnostics;
    EXPECT_FALSE(try_read(body, diagnostics)) << body;
    EXPECT_FALSE(diagnostics.empty()) << body;
    all += fmt::format("--- {}{}", body.find('\n') == std::string::npos ? "\n" : body, diagnostics.render());
  }
  test::expect_golden("rule_space_errors.txt", all);
}

TEST(Families, every_sample_is_valid_and_every_field_refuses_nonsense) {
  test::expect_families_refuse_nonsense(families(), read_rule_space);
}

}  // namespace
}  // namespace carve::rule
