// carve run, carve resume: an experiment to its report, however often it is interrupted.
#include <filesystem>

#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/app/progress.hpp"
#include "carve/app/ranks.hpp"
#include "carve/app/run_page.hpp"
#include "carve/app/signals.hpp"
#include "carve/base/error.hpp"
#include "carve/experiment/documents/summary.hpp"
#include "carve/experiment/run.hpp"
#include "carve/experiment/sweep/sweep.hpp"

namespace carve::app {
namespace {

/// Writes the report and returns its path. A failure here must not look as if the run were lost.
std::string write_report(const std::string& folder) {
  try {
    return write_run_page(folder);
  } catch (const base::EnvironmentError& error) {
    throw base::EnvironmentError(
        error.what(), fmt::format("the run itself is safe: 'carve report {}' draws its report later", folder));
  }
}

int go(experiment::Run& run, int threads, bool quiet, const evaluate::StopFlag& stop, evaluate::Ranks* ranks) {
  ProgressLine progress(quiet);
  const bool finished = run.go({.threads = threads,
                                .stop = &stop,
                                .ranks = ranks,
                                .on_generation = [&](const auto& report) { progress.show(report); },
                                .on_phase = [&](const std::string& phase) { progress.say(phase); }});
  if (finished) fmt::print("{}", experiment::show_text(run.folder()));
  const std::string report = write_report(run.folder());
  if (!finished) {
    progress.end_line();
    fmt::print(stderr, "stopped: every whole generation is saved; 'carve resume {}' goes on\n", run.folder());
    return stopped;
  }
  fmt::print("report: {}\n", report);
  return fine;
}

int follow(evaluate::Ranks& ranks) {
  experiment::Run::follow(ranks);
  return fine;
}

int run_on(const RunArguments& arguments, const evaluate::StopFlag& stop, evaluate::Ranks* ranks) {
  if (ranks && !ranks->leads()) return follow(*ranks);
  auto experiment = load_experiment(arguments.file, arguments.changes, arguments.seed);
  if (!experiment) return user_error;
  const std::string folder = arguments.out.empty() ? "runs/" + experiment->name : arguments.out;
  if (holds_run(folder)) {
    fmt::print(stderr,
               "error: '{0}' already holds a run\n  'carve resume {0}' goes on with it; --out names another folder\n",
               folder);
    return user_error;
  }
  experiment::Run made = experiment::Run::create(std::move(experiment), folder);
  return go(made, arguments.threads, arguments.quiet, stop, ranks);
}

int resume_on(const ResumeArguments& arguments, const evaluate::StopFlag& stop, evaluate::Ranks* ranks) {
  if (ranks && !ranks->leads()) return follow(*ranks);
  if (!require_run(arguments.folder)) return user_error;
  base::Diagnostics diagnostics;
  const auto opened = experiment::Run::open(arguments.folder, diagnostics);
  if (!opened) {
    print(diagnostics);
    return user_error;
  }
  if (opened->finished() && !arguments.quiet) fmt::print(stderr, "this run is finished: nothing is left to do\n");
  return go(*opened, arguments.threads, arguments.quiet, stop, ranks);
}

}  // namespace

int run(const RunArguments& arguments) {
  const evaluate::StopFlag& stop = watch_for_signals();
  return with_ranks({arguments.threads, arguments.rank_timeout, &stop},
                    [&](evaluate::Ranks* ranks) { return run_on(arguments, stop, ranks); });
}

int resume(const ResumeArguments& arguments) {
  if (experiment::holds_sweep(arguments.folder))
    return sweep({.file = arguments.folder, .threads = arguments.threads, .quiet = arguments.quiet});
  const evaluate::StopFlag& stop = watch_for_signals();
  return with_ranks({arguments.threads, arguments.rank_timeout, &stop},
                    [&](evaluate::Ranks* ranks) { return resume_on(arguments, stop, ranks); });
}

}  // namespace carve::app
