// The run as one JSON document: what `show --json` is cut from and the report is drawn from. See
// docs/reference/json.md.
#pragma once

#include <string>
#include <vector>

#include "carve/experiment/record/records.hpp"

namespace carve::experiment {

/// Where and by what a run was computed.
struct Provenance {
  std::string version, compiler, build, cpu, isa;
  int threads = 0;
};

/// Its stored form, JSON.
[[nodiscard]] std::string provenance_text(const Provenance& provenance);

/// Everything about the run in `folder`, JSON. Throws base::EnvironmentError.
[[nodiscard]] std::string run_document(const std::string& folder);
/// The part of it that `show --json` prints.
[[nodiscard]] std::string show_document(const std::string& folder);

/// What `show` prints for people.
[[nodiscard]] std::string show_text(const std::string& folder);

/// The columns of a candidate's parameters.
[[nodiscard]] std::vector<std::string> parameter_names(Records& records);

}  // namespace carve::experiment
