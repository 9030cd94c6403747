// carve status: how far a run or a sweep is, from any machine.
#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/base/error.hpp"
#include "carve/experiment/record/run_status.hpp"

namespace carve::app {

int status(const StatusArguments& arguments) {
  const std::string& folder = arguments.folder;
  if (experiment::holds_sweep(folder)) {
    if (arguments.json) fmt::print("{}\n", experiment::sweep_status_json(folder));
    else fmt::print("{}", experiment::sweep_status_text(folder));
    return fine;
  }
  if (!require_run(folder)) return user_error;
  const experiment::RunStatus status = experiment::read_status(folder);
  if (!status.readable && status.state == "interrupted") throw base::EnvironmentError(status.problem);
  if (arguments.json) fmt::print("{}\n", experiment::status_json(status));
  else fmt::print("{}", experiment::status_text(status));
  return fine;
}

}  // namespace carve::app
