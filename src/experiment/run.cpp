#include "carve/experiment/run.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "carve/base/error.hpp"
#include "carve/base/isa.hpp"
#include "carve/base/version.hpp"
#include "carve/experiment/documents/answer_json.hpp"
#include "carve/experiment/documents/summary.hpp"
#include "carve/experiment/orders.hpp"
#include "carve/experiment/outer_loop.hpp"
#include "carve/experiment/record/files.hpp"

namespace carve::experiment {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// The answer is chosen among the last guess and the best candidates of so many last generations.
constexpr std::uint64_t late_generations = 20;
/// A process that has just been killed holds its lock until the system has taken it down: so many seconds at most.
constexpr double patience = 5;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// The folder's lock, taken; throws where another process holds it.
FolderLock take(const std::string& folder, std::optional<FolderLock> lock) {
  if (!lock) lock.emplace(folder, patience);
  if (lock->taken()) return std::move(*lock);
  throw base::EnvironmentError(fmt::format("another carve is running in '{}'", folder),
                               "wait for it, or stop it; 'carve status' says how far it is");
}

}  // namespace

std::vector<std::vector<double>> finalists(const Experiment& experiment, Records& records) {
  std::vector<std::vector<double>> all;
  for (const search::Start& each : experiment.optimiser->starts())
    all.push_back(rule::parameter_values(experiment.rules, each.guess));
  const auto state = records.state();
  const std::uint64_t generation = state ? state->generation : 0;
  const auto best = records.best_candidate(generation > late_generations ? generation - late_generations : 0);
  if (best) all.push_back(best->values);
  return all;
}

Run::Run(std::unique_ptr<Experiment> experiment, std::string folder, std::unique_ptr<Records> records, FolderLock lock)
    : lock_(std::move(lock)),
      experiment_(std::move(experiment)),
      folder_(std::move(folder)),
      records_(std::move(records)) {
  lock_.sign();
}

bool Run::finished() { return records_->get("status") == "finished"; }

Run Run::create(std::unique_ptr<Experiment> experiment, const std::string& folder, std::optional<FolderLock> lock) {
  const std::string path = (fs::path(folder) / "run.sqlite").string();
  std::error_code code;
  fs::create_directories(folder, code);
  if (code) throw base::EnvironmentError(fmt::format("cannot make the folder '{}': {}", folder, code.message()));
  FolderLock own = take(folder, std::move(lock));  // before looking: two who start at once must not both find nothing
  if (fs::exists(path)) {
    throw base::EnvironmentError(fmt::format("'{}' already holds a run", folder),
                                 fmt::format("'carve resume {}' goes on with it; --out names another folder", folder));
  }
  const std::string resolved =
      fmt::format("# Written by carve {}: {} with every default. Runs again as it is.\n{}", base::version().release,
                  experiment->file, base::format_document(experiment->resolved));
  write_file((fs::path(folder) / "experiment.toml").string(), resolved);
  // Made aside and renamed, so that a folder never holds a half-made record.
  const std::string aside = path + ".part";
  fs::remove(aside, code);
  try {
    Records records(aside, Records::Mode::create);
    records.put("name", experiment->name);
    records.put("file", fs::absolute(experiment->file).lexically_normal().string());
    records.put("experiment", resolved);
    records.put("status", "running");
    records.put("started", now_text());
  } catch (const base::EnvironmentError& error) {
    for (const char* left : {"", "-journal"}) fs::remove(aside + left, code);
    throw base::EnvironmentError(error.what(), "nothing has run yet: mend that, then start again");
  }
  fs::rename(aside, path, code);
  if (code) throw base::EnvironmentError(fmt::format("cannot write '{}': {}", path, code.message()));
  fs::remove(aside + "-journal", code);
  return Run(std::move(experiment), folder, std::make_unique<Records>(path, Records::Mode::write), std::move(own));
}

std::unique_ptr<Experiment> read_recorded(const std::string& folder, Records& records,
                                          const std::vector<Override>& changes, base::Diagnostics& diagnostics) {
  const auto text = records.get("experiment");
  const auto file = records.get("file");
  const auto name = records.get("name");
  if (!text || !file || !name) {
    throw base::EnvironmentError(fmt::format("the record in '{}' is incomplete", folder), "start the run anew");
  }
  // The record, not experiment.toml, says what runs: a file edited meanwhile must not change a run that goes on.
  const auto source =
      std::make_shared<const base::Source>(base::Source{(fs::path(folder) / "experiment.toml").string(), *text});
  auto experiment = read_experiment(source, changes, diagnostics, *file);
  if (experiment) experiment->name = *name;
  return experiment;
}

void load_search(const std::string& folder, Records& records, Experiment& experiment) {
  records.check(experiment.rules.parameter_count());
  const auto state = records.state();
  if (!state || experiment.optimiser->load(state->search)) return;
  throw base::EnvironmentError(fmt::format("the state of the search in '{}' is damaged", folder),
                               "'carve run' with experiment.toml in there starts anew");
}

std::unique_ptr<Run> Run::open(const std::string& folder, base::Diagnostics& diagnostics,
                               std::optional<FolderLock> lock) {
  FolderLock own = take(folder, std::move(lock));
  auto records = std::make_unique<Records>((fs::path(folder) / "run.sqlite").string(), Records::Mode::write);
  auto experiment = read_recorded(folder, *records, {}, diagnostics);
  if (!experiment) return nullptr;
  load_search(folder, *records, *experiment);
  return std::unique_ptr<Run>(new Run(std::move(experiment), folder, std::move(records), std::move(own)));
}

bool Run::go(const RunOptions& options) {
  if (finished()) return true;
  try {
    if (options.ranks) search_and_answer(options, evaluate::Workers(*options.ranks));
    else search_and_answer(options, evaluate::Workers(options.threads, options.stop));
  } catch (const evaluate::Stopped&) {
    records_->put("status", "interrupted");
    return false;
  }
  return true;
}

void Run::search_and_answer(const RunOptions& options, const evaluate::Workers& workers) {
  const base::Version version = base::version();
  records_->put("provenance", provenance_text({std::string(version.release), std::string(version.compiler),
                                               std::string(version.build), base::cpu_name(),
                                               std::string(base::name_of(base::isa())), workers.threads()}));
  records_->put("status", "running");
  const auto state = records_->state();
  const std::uint64_t first = state ? state->generation : 0;
  const std::vector<GenerationRecord> before = records_->generations();
  if (options.ranks) {
    (void)options.ranks->from_leader(pack({records_->get("experiment").value_or(""), records_->get("file").value_or(""),
                                           first, state ? state->search : "", fingerprint(*experiment_)}));
  }
  OuterLoop loop(*experiment_, workers, first, before.empty() ? 0 : before.back().evaluations);
  const auto start = Clock::now();
  while (!loop.over()) {
    const OuterLoop::Generation lived = loop.next();
    records_->commit(lived.record, lived.candidates, experiment_->optimiser->save());
    if (!options.on_generation) continue;
    const double elapsed = seconds_since(start);
    const auto done = static_cast<double>(loop.generation() - first);
    options.on_generation({lived.record, loop.generations(), lived.simulations / std::max(lived.record.seconds, 1e-9),
                           elapsed / done * static_cast<double>(loop.generations() - loop.generation())});
  }
  if (const std::string stopped = experiment_->optimiser->progress().stopped; !stopped.empty())
    records_->put("stopped", stopped);
  if (options.on_phase) options.on_phase("confirming on fresh trials");
  const std::vector<std::vector<double>> candidates = finalists(*experiment_, *records_);
  if (options.ranks) (void)options.ranks->from_leader(pack(candidates));
  const Answer answer = find_answer(*experiment_, candidates, workers);
  write_file((fs::path(folder_) / "rule.toml").string(), rule::to_toml(answer.found));
  records_->put("answer", answer_text(answer));
  records_->put("finished", now_text());
  records_->put("status", "finished");
}

}  // namespace carve::experiment
