// What the code of a rule is made of: formulas with their numbers put in, and templates filled.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "carve/exports/exporter.hpp"
#include "carve/rule/expression.hpp"
#include "carve/rule/print.hpp"

namespace carve::exports {

/// A rule between spiking neurons as code needs it.
struct EventCode {
  struct Trace {
    std::string name;
    rule::Side side;
    double tau;  // seconds
  };
  rule::Expression on_pre, on_post;  // every digit; without terms that are 0
  std::vector<Trace> traces;         // those in the formulas
};
[[nodiscard]] EventCode event_code(const rule::Rule& rule);

/// dw of a rule between rate neurons, with every digit and without terms that are 0.
[[nodiscard]] rule::Expression rate_code(const rule::Rule& rule);

/// The template with each <<NAME>> replaced. Every name in it must be there.
[[nodiscard]] std::string filled(std::string_view text, const std::map<std::string, std::string>& values);

/// For the head of a file: the formulas of all rules, a line each.
[[nodiscard]] std::string formulas(const Published& published);

/// True for a single rule; reports that `target` takes one at a time where there are more.
bool one_rule(const Published& published, std::string_view target, base::Diagnostics& diagnostics);
/// Whether a rule between spiking neurons reads spikes and weights alone; else reports the state that it reads.
bool spikes_only(const rule::Rule& rule, std::string_view target, base::Diagnostics& diagnostics);

/// All of these: one rule, between spiking neurons, of spikes and weights alone; else reports what is not.
bool spikes_alone(const Published& published, std::string_view target, base::Diagnostics& diagnostics);

/// A number in Python, every digit; `infinity` where it is infinite, with its sign.
[[nodiscard]] std::string python(double value, std::string_view infinity = "np.inf");
/// "[0.1, 0.2]"
[[nodiscard]] std::string python(const std::vector<double>& values);

/// A name that Python takes: "lambda" as "lambda_".
[[nodiscard]] std::string python_name(const std::string& name);

/// A name of letters, digits and _: "I->E" as "I_to_E".
[[nodiscard]] std::string identifier(const std::string& name);
/// Every whole number of a formula with a point, where 1/2 would be 0: "1*x_1" as "1.0*x_1".
[[nodiscard]] std::string decimals(std::string_view formula);
/// Formulas in C.
[[nodiscard]] const rule::Dialect& c_dialect();

/// Formulas in NumPy, with numpy as np.
[[nodiscard]] const rule::Dialect& numpy_dialect();

}  // namespace carve::exports
