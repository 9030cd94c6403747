// carve run, carve resume: an experiment to its report, however often it is interrupted.
#include <atomic>
#include <csignal>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/app/progress.hpp"
#include "carve/base/error.hpp"
#include "carve/experiment/files.hpp"
#include "carve/experiment/run.hpp"
#include "carve/experiment/summary.hpp"
#include "carve/report/page.hpp"

namespace carve::app {
namespace {

std::atomic<int> stop_requests{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may touch nothing else");

void request_stop(int) {
  if (stop_requests.fetch_add(1) > 0) _exit(interrupted);  // every whole generation is on disk already
  constexpr char text[] = "\nstopping after this generation; once more stops at once\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text, sizeof(text) - 1);  // a handler may not print
}

/// Writes the report and returns its path. A failure here must not look as if the run were lost.
std::string write_report(const std::string& folder) {
  const std::string path = (std::filesystem::path(folder) / "report.html").string();
  try {
    experiment::write_file(path, report::page(experiment::run_document(folder)));
  } catch (const base::EnvironmentError& error) {
    throw base::EnvironmentError(
        error.what(), fmt::format("the run itself is safe: 'carve report {}' draws its report later", folder));
  }
  return path;
}

int go(experiment::Run& run, int threads, bool quiet) {
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
  ProgressLine progress(quiet);
  const bool finished = run.go({.threads = threads,
                                .stop = &stop_requests,
                                .on_generation = [&](const auto& report) { progress.show(report); },
                                .on_phase = [&](const std::string& phase) { progress.say(phase); }});
  if (finished) fmt::print("{}", experiment::show_text(run.folder()));
  const std::string report = write_report(run.folder());
  if (!finished) {
    progress.say(fmt::format("stopped; 'carve resume {}' goes on", run.folder()));
    return interrupted;
  }
  fmt::print("report: {}\n", report);
  return fine;
}

}  // namespace

int run(const RunArguments& arguments) {
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
  return go(made, arguments.threads, arguments.quiet);
}

int resume(const ResumeArguments& arguments) {
  if (!require_run(arguments.folder)) return user_error;
  base::Diagnostics diagnostics;
  const auto opened = experiment::Run::open(arguments.folder, diagnostics);
  if (!opened) {
    print(diagnostics);
    return user_error;
  }
  if (opened->finished() && !arguments.quiet) fmt::print(stderr, "this run is finished: nothing is left to do\n");
  return go(*opened, arguments.threads, arguments.quiet);
}

}  // namespace carve::app
