// carve table: every candidate of a run as CSV.
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/base/units.hpp"
#include "carve/experiment/documents/summary.hpp"
#include "carve/experiment/experiment.hpp"
#include "carve/experiment/record/records.hpp"

namespace carve::app {

int table(const TableArguments& arguments) {
  if (!require_run(arguments.folder)) return user_error;
  experiment::Records records((std::filesystem::path(arguments.folder) / "run.sqlite").string(),
                              experiment::Records::Mode::read);
  std::string header = "generation,candidate,loss,outcome";
  for (const std::string& name : experiment::parameter_names(records)) header += "," + name;
  fmt::print("{}\n", header);
  records.each_candidate([](const experiment::CandidateRecord& row) {
    std::string line = fmt::format("{},{},{},{}", row.generation, row.index, base::format_number(row.loss),
                                   task::outcome_names[static_cast<std::size_t>(row.outcome)]);
    for (const double value : row.values) line += "," + base::format_number(value);
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), stdout);
  });
  return fine;
}

}  // namespace carve::app
