// The formulas for a paper.
#include <fmt/format.h>

#include "carve/exports/code.hpp"
#include "carve/exports/templates.hpp"

namespace carve::exports {
namespace {

std::optional<std::string> write(const Published& published, base::Diagnostics&) {
  std::string text;
  for (const rule::Rule& each : published.rules) {
    if (published.rules.size() > 1) text += fmt::format("% {}\n", each.space.name);
    text += fmt::format("\\[ {} \\]\n", rule::formula_latex(each));
  }
  text.pop_back();  // the template ends the line
  return filled(templates::latex, {{"ORIGIN", published.origin}, {"FORMULAS", text}});
}

}  // namespace

const Exporter latex_exporter{"latex", write};

}  // namespace carve::exports
