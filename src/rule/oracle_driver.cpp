// Prints random formulas in every notation with their values, for oracle_test.py to check against sympy and mpmath.
// Lines of fields separated by tabs: "formula", text, LaTeX, MathML, double value, float value; or
// "polynomial", text, normal form; or "derivative", text, name, text of the derivative. Values are taken at the point
// that the first line gives.
#include <cmath>
#include <cstdio>

#include <fmt/format.h>

#include "carve/rule/derive.hpp"
#include "carve/rule/evaluate.hpp"
#include "carve/rule/polynomial.hpp"
#include "carve/rule/print.hpp"
#include "carve/rule/test_support.hpp"

int main() {
  using namespace carve::rule;
  const Bindings<double> point{{"x", 0.8125}, {"y", -1.375}, {"w", 0.4375}, {"tau_pre", 2.5}, {"A1", -0.65625}};
  const Bindings<float> point_float{
      {"x", 0.8125F}, {"y", -1.375F}, {"w", 0.4375F}, {"tau_pre", 2.5F}, {"A1", -0.65625F}};
  std::string header = "point";
  std::vector<std::string> names;
  for (const auto& [name, value] : point) {
    names.push_back(name);
    header += fmt::format("\t{}={}", name, value);
  }
  std::puts(header.c_str());
  const auto draw = [](std::uint64_t seed, const auto& make) {
    return rc::gen::exec(make)(rc::Random(seed), rc::kNominalSize).value();
  };
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Expression e = draw(seed, [&] { return test::random_expression(2 + static_cast<int>(seed % 5), names); });
    std::puts(fmt::format("formula\t{}\t{}\t{}\t{:.17g}\t{:.17g}", print(e), latex(e), mathml(e), evaluate(e, point),
                          static_cast<double>(evaluate(e, point_float)))
                  .c_str());
  }
  for (std::uint64_t seed = 1000; seed < 1150; ++seed) {
    const Expression e = draw(seed, [&] { return test::random_polynomial(5); });
    const auto polynomial = normal_form(e, {"x", "y", "w"});
    if (polynomial) std::puts(fmt::format("polynomial\t{}\t{}", print(e), print(to_expression(*polynomial))).c_str());
  }
  for (std::uint64_t seed = 2000; seed < 2500; ++seed) {
    const Expression e = draw(seed, [&] { return test::random_expression(2 + static_cast<int>(seed % 4), names); });
    const auto used = carve::rule::names(e);
    if (used.empty()) continue;
    const std::string& name = used.front().name();
    std::puts(fmt::format("derivative\t{}\t{}\t{}", print(e), name, print(derivative(e, name))).c_str());
  }
}
