// carve report: the page of a run, drawn anew.
#include <filesystem>

#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/experiment/files.hpp"
#include "carve/experiment/summary.hpp"
#include "carve/report/page.hpp"

namespace carve::app {

int report(const ReportArguments& arguments) {
  if (!require_run(arguments.folder)) return user_error;
  const std::string path = (std::filesystem::path(arguments.folder) / "report.html").string();
  experiment::write_file(path, report::page(experiment::run_document(arguments.folder)));
  fmt::print("{}\n", path);
  return fine;
}

}  // namespace carve::app
