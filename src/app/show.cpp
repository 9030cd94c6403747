// carve show: the rule that was found, and its evidence.
#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/experiment/documents/summary.hpp"
#include "carve/experiment/sweep/sweep.hpp"

namespace carve::app {

int show(const ShowArguments& arguments) {
  if (experiment::holds_sweep(arguments.folder)) return show_sweep(arguments.folder, arguments.json);
  if (!require_run(arguments.folder)) return user_error;
  if (arguments.json) fmt::print("{}\n", experiment::show_document(arguments.folder));
  else fmt::print("{}", experiment::show_text(arguments.folder));
  return fine;
}

}  // namespace carve::app
