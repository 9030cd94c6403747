// Reads a rule and prints it back, with nothing but the installed headers and libraries.
#include <cstdio>
#include <memory>

#include "carve/base/version.hpp"
#include "carve/rule/parse.hpp"
#include "carve/rule/print.hpp"

int main() {
  const auto source = std::make_shared<const carve::base::Source>(carve::base::Source{"rule", "eta*(x*y-y^2*w)"});
  carve::base::Diagnostics diagnostics;
  const auto rule = carve::rule::parse(source->text, {source, 0, source->text.size()}, diagnostics);
  if (!rule) return 1;
  std::printf("%s\n", carve::rule::print(*rule).c_str());
  return carve::base::version().release.empty();
}
