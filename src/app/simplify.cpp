// carve simplify: from a finished run to shorter rules, with intervals of their numbers.
#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/app/progress.hpp"
#include "carve/app/run_page.hpp"
#include "carve/experiment/simplify/simplify.hpp"

namespace carve::app {

int simplify(const SimplifyArguments& arguments) {
  if (!require_run(arguments.folder)) return user_error;
  ProgressLine progress(arguments.quiet);
  experiment::SimplifyOptions options{.changes = arguments.changes,
                                      .share = arguments.share,
                                      .threads = arguments.threads,
                                      .on_phase = [&](const std::string& phase) { progress.note(phase); }};
  if (arguments.terms >= 0) options.terms = static_cast<std::size_t>(arguments.terms);
  if (arguments.trials > 0) options.trials = static_cast<std::size_t>(arguments.trials);
  if (arguments.refits >= 0) options.refits = static_cast<std::size_t>(arguments.refits);
  base::Diagnostics diagnostics;
  const auto simplified = experiment::simplify(arguments.folder, options, diagnostics);
  if (!simplified) {
    print(diagnostics);
    return user_error;
  }
  write_run_page(arguments.folder);
  if (arguments.json) fmt::print("{}\n", experiment::simplified_json(*simplified, 2));
  else fmt::print("{}", experiment::simplified_text(*simplified));
  return fine;
}

}  // namespace carve::app
