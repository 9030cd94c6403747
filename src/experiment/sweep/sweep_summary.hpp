// What came of a sweep, so far: one document for programs, a page and people. See docs/reference/json.md.
#pragma once

#include <string>

namespace carve::experiment {

struct SweepSummary {
  std::string json;      // what `carve show --json` prints
  std::string document;  // the same with what only the page needs
  std::string text;
  std::string csv;  // a row for each run
};

/// Throws base::EnvironmentError where the sweep or a finished run's record is damaged.
[[nodiscard]] SweepSummary summarise_sweep(const std::string& folder);

}  // namespace carve::experiment
