// carve run, carve resume: an experiment to its report, however often it is interrupted.
#include <atomic>
#include <csignal>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/app/progress.hpp"
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
}

int go(experiment::Run& run, int threads, bool quiet) {
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
  ProgressLine progress(quiet);
  const bool finished = run.go({.threads = threads, .stop = &stop_requests,
                                .on_generation = [&](const auto& report) { progress.show(report); },
                                .on_phase = [&](const std::string& phase) { progress.say(phase); }});
  const std::string document = experiment::run_document(run.folder());
  const std::string report = (std::filesystem::path(run.folder()) / "report.html").string();
  experiment::write_file(report, report::page(document));
  if (!finished) {
    progress.say(fmt::format("stopped; 'carve resume {}' goes on", run.folder()));
    return interrupted;
  }
  fmt::print("{}", experiment::show_text(run.folder()));
  fmt::print("report: {}\n", report);
  return fine;
}

}  // namespace

int run(const RunArguments& arguments) {
  auto experiment = load_experiment(arguments.file, arguments.changes, arguments.seed);
  if (!experiment) return user_error;
  const std::string folder = arguments.out.empty() ? "runs/" + experiment->name : arguments.out;
  experiment::Run made = experiment::Run::create(std::move(experiment), folder);
  return go(made, arguments.threads, arguments.quiet);
}

int resume(const ResumeArguments& arguments) {
  base::Diagnostics diagnostics;
  const auto opened = experiment::Run::open(arguments.folder, diagnostics);
  if (!opened) {
    print(diagnostics);
    return user_error;
  }
  return go(*opened, arguments.threads, arguments.quiet);
}

}  // namespace carve::app
