// carve report: the page of a run, drawn anew.
#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/app/run_page.hpp"
#include "carve/experiment/sweep/sweep.hpp"

namespace carve::app {

int report(const ReportArguments& arguments) {
  if (experiment::holds_sweep(arguments.folder)) {
    fmt::print("{}\n", write_sweep_summary(arguments.folder));
    return fine;
  }
  if (!require_run(arguments.folder)) return user_error;
  fmt::print("{}\n", write_run_page(arguments.folder));
  return fine;
}

}  // namespace carve::app
