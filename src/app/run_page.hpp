// The report of a run with what its rule is good for: predicted experiments, and programs to take it to.
#pragma once

#include <string>

namespace carve::app {

/// Draws DIR/report.html and returns its path. Throws base::EnvironmentError.
std::string write_run_page(const std::string& folder);

}  // namespace carve::app
