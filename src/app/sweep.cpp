// carve sweep: many runs of one experiment, worked through by any number of processes.
#include <filesystem>

#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/app/progress.hpp"
#include "carve/app/signals.hpp"
#include "carve/experiment/record/files.hpp"
#include "carve/experiment/sweep/sweep_summary.hpp"
#include "carve/experiment/sweep/sweep_worker.hpp"
#include "carve/report/page.hpp"

namespace carve::app {
namespace {

namespace fs = std::filesystem;
using experiment::SweepPoint;

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// The sweep's folder, made where it is not there yet; empty after a mistake, which has been told.
std::string folder_of(const SweepArguments& arguments) {
  if (is_folder(arguments.file)) {
    if (!arguments.seeds.empty() || !arguments.changes.empty() || !arguments.out.empty()) {
      fmt::print(
          stderr,
          "error: '{0}' is a folder: its sweep cannot be changed\n  'carve sweep {0}' goes on with it; FILE with "
          "--seeds, --set and --out makes another one\n",
          arguments.file);
      return "";
    }
    if (experiment::holds_sweep(arguments.file)) return arguments.file;
    fmt::print(stderr, "error: there is no sweep in '{}'\n  'carve sweep FILE --seeds 1..10 --out DIR' makes one\n",
               arguments.file);
    return "";
  }
  base::Diagnostics diagnostics;
  const auto source = experiment::read_source(arguments.file, diagnostics);
  std::vector<experiment::SweepAxis> axes;
  for (const std::string& change : arguments.changes) axes.push_back(experiment::read_axis(change, diagnostics));
  if (!arguments.seeds.empty()) axes.push_back(experiment::read_seeds(arguments.seeds, diagnostics));
  if (diagnostics.empty()) {
    const experiment::Sweep sweep = experiment::plan_sweep(source, axes, diagnostics);
    const std::string folder =
        arguments.out.empty() ? "runs/" + fs::path(arguments.file).stem().string() + "-sweep" : arguments.out;
    if (diagnostics.empty()) {
      if (holds_run(folder)) {
        fmt::print(stderr, "error: '{}' already holds a run\n  --out names another folder\n", folder);
        return "";
      }
      if (experiment::write_sweep(sweep, folder)) return folder;
      fmt::print(stderr,
                 "error: '{0}' already holds another sweep\n  'carve sweep {0}' goes on with it; --out names another "
                 "folder\n",
                 folder);
      return "";
    }
  }
  print(diagnostics);
  return "";
}

experiment::SweepEnd work(const std::string& folder, const SweepArguments& arguments) {
  ProgressLine progress(arguments.quiet);
  experiment::SweepOptions options{
      .threads = arguments.threads, .stop = &watch_for_signals(), .retry = arguments.retry};
  options.on_begin = [&](const SweepPoint& point, bool resumed) {
    progress.say(fmt::format("{}: {}", point.name, resumed ? "goes on" : "begins"));
  };
  options.on_generation = [&](const SweepPoint&, const experiment::GenerationReport& report) {
    if (progress.on_terminal()) progress.show(report);
  };
  options.on_finish = [&](const SweepPoint& point) { progress.say(fmt::format("{}: finished", point.name)); };
  options.on_failure = [&](const SweepPoint& point, const std::string& why) {
    progress.end_line();
    fmt::print(stderr, "{}: failed: {}\n", point.name, why);
  };
  return experiment::work_through(folder, options);
}

}  // namespace

int show_sweep(const std::string& folder, bool json) {
  const experiment::SweepSummary summary = experiment::summarise_sweep(folder);
  fmt::print("{}{}", json ? summary.json : summary.text, json ? "\n" : "");
  return fine;
}

std::string write_sweep_summary(const std::string& folder) {
  // Workers may end together; who comes last sees everything, and waits for its turn.
  const experiment::FolderLock turn(folder, 60);
  const experiment::SweepSummary summary = experiment::summarise_sweep(folder);
  experiment::write_file((fs::path(folder) / "sweep.csv").string(), summary.csv);
  const std::string page = (fs::path(folder) / "sweep.html").string();
  experiment::write_file(page, report::sweep_page(summary.document));
  return page;
}

int sweep(const SweepArguments& arguments) {
  const std::string folder = folder_of(arguments);
  if (folder.empty()) return user_error;
  if (arguments.prepare) {
    fmt::print("{}\n", folder);
    return fine;
  }
  if (arguments.summary) {
    (void)write_sweep_summary(folder);
    return show_sweep(folder, false);
  }
  const experiment::SweepEnd end = work(folder, arguments);
  if (end.stopped) {
    fmt::print(stderr, "stopped: nothing finished is lost; 'carve sweep {}' goes on\n", folder);
    return stopped;
  }
  const std::string page = write_sweep_summary(folder);
  if (end.elsewhere > 0) {
    if (!arguments.quiet) fmt::print(stderr, "nothing is left for this worker; others are at {} more\n", end.elsewhere);
  } else {
    (void)show_sweep(folder, false);
    fmt::print("page: {}\n", page);
  }
  if (end.failed == 0) return fine;
  fmt::print(stderr, "error: {} of the runs failed\n  'carve sweep {} --retry' tries them again\n", end.failed, folder);
  return end.bug ? our_bug : environment_error;
}

}  // namespace carve::app
