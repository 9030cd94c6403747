#include "carve/experiment/sweep/sweep_worker.hpp"

#include <algorithm>
#include <filesystem>
#include <new>

#include <fmt/format.h>

#include "carve/base/error.hpp"
#include "carve/experiment/record/files.hpp"
#include "carve/experiment/record/recorded_run.hpp"
#include "carve/experiment/record/run_status.hpp"

namespace carve::experiment {
namespace {

namespace fs = std::filesystem;

enum class State { open, finished, failed, elsewhere, stopped };

struct Job {
  SweepPoint point;
  State state = State::open;
  std::size_t attempts = 0;
};

class Worker {
 public:
  Worker(const std::string& folder, const SweepOptions& options)
      : folder_(folder), options_(options), sweep_(read_sweep(folder)) {
    for (SweepPoint& point : sweep_.points()) jobs_.push_back({std::move(point)});
  }

  SweepEnd work() {
    // Another round, as long as one brings something: meanwhile, workers may have died and left their runs.
    while (!stopping() && go_round()) {}
    SweepEnd end{.stopped = stopping(), .bug = bug_};
    for (const Job& job : jobs_) {
      end.finished += job.state == State::finished ? 1 : 0;
      end.failed += job.state == State::failed ? 1 : 0;
      end.elsewhere += job.state == State::elsewhere ? 1 : 0;
    }
    return end;
  }

 private:
  [[nodiscard]] bool stopping() const { return options_.stop && options_.stop->load() != 0; }

  /// Tries every run that is not settled; true where at least one was worked on.
  bool go_round() {
    std::vector<Job*> open;
    for (Job& job : jobs_) {
      if (job.state == State::finished || job.state == State::failed) continue;
      job.attempts = folder_use(run_folder(folder_, job.point)).times;
      open.push_back(&job);
    }
    // Those tried least first: a run that kills its worker each time must not keep the others from being done.
    std::stable_sort(open.begin(), open.end(), [](const Job* a, const Job* b) { return a->attempts < b->attempts; });
    bool worked = false;
    for (Job* job : open) {
      if (stopping()) break;
      worked = try_one(*job) || worked;
    }
    return worked;
  }

  /// Claims the run and works on it; false where there was nothing to do.
  bool try_one(Job& job) {
    const std::string folder = run_folder(folder_, job.point);
    std::error_code code;
    fs::create_directories(folder, code);
    if (code) throw base::EnvironmentError(fmt::format("cannot make the folder '{}': {}", folder, code.message()));
    FolderLock lock(folder);
    if (!lock.certain()) {
      throw base::EnvironmentError(fmt::format("cannot lock '{}/run.lock'", folder),
                                   "a sweep needs a folder that may be written, on a disk with locks (fcntl)");
    }
    job.state = lock.taken() ? look(folder) : State::elsewhere;  // only now: it may just have been finished
    if (job.state != State::open) return false;
    job.state = run(job.point, folder, std::move(lock));
    return true;
  }

  /// What the folder says, to who holds its lock.
  [[nodiscard]] State look(const std::string& folder) const {
    if (read_status(folder).state == "finished") return State::finished;
    return !options_.retry && fs::exists(fs::path(folder) / failure_note) ? State::failed : State::open;
  }

  State run(const SweepPoint& point, const std::string& folder, FolderLock lock) {
    try {
      if (bring_to_its_end(point, folder, std::move(lock))) {
        std::error_code ignored;
        fs::remove(fs::path(folder) / failure_note, ignored);
        if (options_.on_finish) options_.on_finish(point);
        return State::finished;
      }
      return State::stopped;
    } catch (const base::EnvironmentError& error) {
      return fail(point, folder, fmt::format("{}{}{}", error.what(), error.hint().empty() ? "" : "\n", error.hint()));
    } catch (const std::bad_alloc&) {
      return fail(point, folder, "out of memory");
    } catch (const std::exception& error) {
      bug_ = true;
      return fail(point, folder, fmt::format("{}\nthis is a bug of carve's: please report it", error.what()));
    }
  }

  bool bring_to_its_end(const SweepPoint& point, const std::string& folder, FolderLock lock) {
    const bool resumed = fs::exists(record_path(folder));
    if (options_.on_begin) options_.on_begin(point, resumed);
    const RunOptions how{
        .threads = options_.threads, .stop = options_.stop, .on_generation = [&](const GenerationReport& report) {
          if (options_.on_generation) options_.on_generation(point, report);
        }};
    base::Diagnostics problems;
    if (resumed) {
      const auto opened = Run::open(folder, problems, std::move(lock));
      if (opened) return opened->go(how);
    } else if (auto experiment = experiment_at(sweep_, point, problems)) {
      return Run::create(std::move(experiment), folder, std::move(lock)).go(how);
    }
    throw base::EnvironmentError(problems.render());  // it was fine when the sweep was made: a data file is gone
  }

  State fail(const SweepPoint& point, const std::string& folder, const std::string& why) {
    const FolderLock lock(folder);  // the run has let go of it
    if (!lock.taken()) return State::elsewhere;
    write_file((fs::path(folder) / failure_note).string(), why + "\n");
    if (options_.on_failure) options_.on_failure(point, why);
    return State::failed;
  }

  std::string folder_;
  const SweepOptions& options_;
  Sweep sweep_;
  std::vector<Job> jobs_;
  bool bug_ = false;
};

}  // namespace

SweepEnd work_through(const std::string& folder, const SweepOptions& options) { return Worker(folder, options).work(); }

}  // namespace carve::experiment
