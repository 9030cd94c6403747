// Any bytes at all: the parser must end in a formula or one mistake, and a formula must survive everything done to it.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "carve/rule/evaluate.hpp"
#include "carve/rule/parse.hpp"
#include "carve/rule/polynomial.hpp"
#include "carve/rule/print.hpp"
#include "carve/rule/program.hpp"
#include "carve/rule/typeset.hpp"

namespace {

using namespace carve;
using namespace carve::rule;

void require(bool truth) {
  if (!truth) std::abort();
}

template <class Real>
void program_agrees(const Expression& expression) {
  std::vector<Input> inputs;
  std::vector<Real> values;
  Bindings<Real> bindings;
  for (const Expression& name : names(expression)) {
    const auto i = inputs.size();
    inputs.push_back({name.name(), static_cast<Level>(i % levels)});
    values.push_back(static_cast<Real>(i) / Real(7) - Real(0.4));
    bindings[name.name()] = values.back();
  }
  const Program<Real> program = compile<Real>(expression, inputs);
  std::vector<Real> registers;
  Real result = 0;
  run<Real>(program, values, registers, std::span(&result, 1));
  const Real expected = evaluate<Real>(expression, bindings);
  require(std::memcmp(&result, &expected, sizeof(Real)) == 0 || (std::isnan(result) && std::isnan(expected)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto source =
      std::make_shared<base::Source>(base::Source{"fuzz", std::string(reinterpret_cast<const char*>(data), size)});
  base::Diagnostics diagnostics;
  const auto expression = parse(source->text, {source, 0, size}, diagnostics);
  require(diagnostics.size() == (expression ? 0U : 1U));
  if (!expression) {
    require(!diagnostics.render().empty());
    return 0;
  }
  const std::string text = print(*expression);
  const auto again = parse(text, {}, diagnostics);
  require(again && *again == *expression);
  for (const Notation* notation : {&plain_notation, &latex_notation, &mathml_notation}) {
    require(!typeset(*expression, *notation).empty());
  }
  const auto polynomial = normal_form(*expression, {"x", "y", "w"});
  if (polynomial) {
    const auto twice = normal_form(to_expression(*polynomial), {"x", "y", "w"});
    require(!twice || twice->terms.size() == polynomial->terms.size());
  }
  program_agrees<float>(*expression);
  program_agrees<double>(*expression);
  return 0;
}
