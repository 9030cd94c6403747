// Found rules for other programs: each target a file with its name and one line in exporters.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carve/base/diagnostic.hpp"
#include "carve/rule/found_rule.hpp"

namespace carve::exports {

/// What is exported: the rules of all connections of one network, and where they come from.
struct Published {
  std::vector<rule::Rule> rules;  // at least one; all between rate neurons, or all between spiking ones
  std::string origin;             // one line: "runs/oja, found by carve 0.1.0"
};

struct Exporter {
  std::string name;  // --to NAME
  /// One file as text. Reports what the target cannot say; then returns nothing.
  std::optional<std::string> (*write)(const Published& published, base::Diagnostics& diagnostics);
};

/// All targets a user may name.
[[nodiscard]] const std::vector<const Exporter*>& exporters();

extern const Exporter numpy_exporter;
extern const Exporter brian2_exporter;
extern const Exporter latex_exporter;
extern const Exporter sympy_exporter;
extern const Exporter nestml_exporter;
extern const Exporter pygenn_exporter;
extern const Exporter auryn_exporter;

}  // namespace carve::exports
