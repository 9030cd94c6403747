#include "carve/experiment/run.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "carve/base/error.hpp"
#include "carve/base/isa.hpp"
#include "carve/base/version.hpp"
#include "carve/evaluate/evaluator.hpp"
#include "carve/evaluate/gradients.hpp"
#include "carve/experiment/answer.hpp"
#include "carve/experiment/files.hpp"
#include "carve/experiment/summary.hpp"

namespace carve::experiment {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// The answer is chosen among the last guess and the best candidates of so many last generations.
constexpr std::uint64_t late_generations = 20;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::string now_text() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

/// The trials of the running generation, made anew only where they change.
class TrialCache {
 public:
  TrialCache(const Experiment& experiment, const evaluate::Workers& workers)
      : experiment_(experiment), workers_(workers) {}

  const std::vector<task::Trial>& of(std::uint64_t generation, std::size_t count) {
    const task::TrialPlan& plan = experiment_.trials;
    const std::uint64_t set = plan.redraw == 0 ? 0 : generation / static_cast<std::uint64_t>(plan.redraw);
    if (trials_.size() == count && set == set_) return trials_;
    set_ = set;
    // Sets are as far apart as the largest a set can grow by noise handling, within the numbers of search trials.
    const auto first = static_cast<std::uint32_t>(set * static_cast<std::uint64_t>(plan.count) * 16 % (1U << 28));
    trials_ = evaluate::make_trials(experiment_.trial_source(), task::Split::search, first, count, workers_);
    return trials_;
  }

 private:
  const Experiment& experiment_;
  const evaluate::Workers& workers_;
  std::vector<task::Trial> trials_;
  std::uint64_t set_ = 0;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

}  // namespace

Run::Run(std::unique_ptr<Experiment> experiment, std::string folder, std::unique_ptr<Records> records)
    : experiment_(std::move(experiment)), folder_(std::move(folder)), records_(std::move(records)), lock_(folder_) {
  if (lock_.taken()) return;
  throw base::EnvironmentError(fmt::format("another carve is running in '{}'", folder_),
                               "wait for it, or stop it; 'carve show' says how far it is");
}

bool Run::finished() { return records_->get("status") == "finished"; }

Run Run::create(std::unique_ptr<Experiment> experiment, const std::string& folder) {
  const std::string path = (fs::path(folder) / "run.sqlite").string();
  if (fs::exists(path)) {
    throw base::EnvironmentError(fmt::format("'{}' already holds a run", folder),
                                 fmt::format("'carve resume {}' goes on with it; --out names another folder", folder));
  }
  std::error_code code;
  fs::create_directories(folder, code);
  if (code) throw base::EnvironmentError(fmt::format("cannot make the folder '{}': {}", folder, code.message()));
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
  return Run(std::move(experiment), folder, std::make_unique<Records>(path, Records::Mode::write));
}

std::unique_ptr<Run> Run::open(const std::string& folder, base::Diagnostics& diagnostics) {
  auto records = std::make_unique<Records>((fs::path(folder) / "run.sqlite").string(), Records::Mode::write);
  const auto text = records->get("experiment");
  const auto file = records->get("file");
  const auto name = records->get("name");
  if (!text || !file || !name) {
    throw base::EnvironmentError(fmt::format("the record in '{}' is incomplete", folder), "start the run anew");
  }
  // The record, not experiment.toml, says what runs: a file edited meanwhile must not change a run that goes on.
  const auto source =
      std::make_shared<const base::Source>(base::Source{(fs::path(folder) / "experiment.toml").string(), *text});
  auto experiment = read_experiment(source, {}, diagnostics, *file);
  if (!experiment) return nullptr;
  experiment->name = *name;
  records->check(experiment->rules.parameter_count());
  if (const auto state = records->state()) {
    if (!experiment->optimiser->load(state->search)) {
      throw base::EnvironmentError(fmt::format("the state of the search in '{}' is damaged", folder),
                                   "'carve run' with experiment.toml in there starts anew");
    }
  }
  return std::unique_ptr<Run>(new Run(std::move(experiment), folder, std::move(records)));
}

bool Run::go(const RunOptions& options) {
  if (finished()) return true;
  const evaluate::Workers workers(options.threads);
  const Experiment& experiment = *experiment_;
  search::Optimiser& optimiser = *experiment_->optimiser;
  const evaluate::Evaluator evaluator = evaluator_of(experiment);
  std::optional<evaluate::GradientEvaluator> with_gradients;
  if (optimiser.wants_gradients()) with_gradients.emplace(experiment.network, experiment.rules, *experiment.loss);
  TrialCache cache(experiment, workers);
  const base::Version version = base::version();
  records_->put("provenance", provenance_text({std::string(version.release), std::string(version.compiler),
                                               std::string(version.build), base::cpu_name(),
                                               std::string(base::name_of(base::isa())), workers.threads()}));
  records_->put("status", "running");
  const auto state = records_->state();
  std::uint64_t generation = state ? state->generation : 0;
  const std::vector<GenerationRecord> before = records_->generations();
  std::uint64_t evaluations = before.empty() ? 0 : before.back().evaluations;
  const auto start = Clock::now();
  const std::uint64_t first = generation;
  const auto generations = static_cast<std::uint64_t>(experiment.generations);
  for (; generation < generations && optimiser.progress().stopped.empty(); ++generation) {
    if (options.stop && options.stop->load() != 0) {
      records_->put("status", "interrupted");
      return false;
    }
    const auto generation_start = Clock::now();
    const auto count =
        static_cast<std::size_t>(std::ceil(static_cast<double>(experiment.trials.count) * optimiser.effort()));
    const std::vector<task::Trial>& trials = cache.of(generation, count);
    const search::Candidates asked = optimiser.ask();
    std::vector<std::vector<double>> candidates;
    for (std::size_t i = 0; i < asked.count(); ++i)
      candidates.push_back(rule::parameter_values(experiment.rules, asked[i]));
    const evaluate::Gradients found = with_gradients
                                          ? with_gradients->evaluate(candidates, trials, workers)
                                          : evaluate::Gradients{evaluator.evaluate(candidates, trials, workers)};
    const evaluate::Evaluation& evaluation = found.evaluation;

    const bool halves = optimiser.wants_repeat() && trials.size() > 1;
    std::vector<double> losses, repeated, totals;
    std::vector<CandidateRecord> records;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const double penalty = experiment.l1 * rule::l1_norm(experiment.rules, candidates[i]);
      totals.push_back(evaluation.mean(i) + penalty);
      if (halves) {  // two independent measurements: the even and the odd trials
        losses.push_back(evaluation.mean(i, 0, 2) + penalty);
        repeated.push_back(evaluation.mean(i, 1, 2) + penalty);
      }
      records.push_back({generation, i, totals[i], evaluation.outcome(i), candidates[i]});
    }
    optimiser.tell(halves ? losses : totals, repeated, found.slopes);
    evaluations += candidates.size();
    const search::Progress progress = optimiser.progress();
    GenerationRecord record{.generation = generation,
                            .evaluations = evaluations,
                            .best = *std::min_element(totals.begin(), totals.end()),
                            .median = median(totals),
                            .sigma = progress.sigma,
                            .axis_ratio = progress.axis_ratio,
                            .restarts = progress.restarts,
                            .trials = trials.size(),
                            .outcomes = evaluation.counts(),
                            .guess = rule::parameter_values(experiment.rules, optimiser.best_guess()),
                            .seconds = seconds_since(generation_start)};
    records_->commit(record, records, optimiser.save());
    if (options.on_generation) {
      const double elapsed = seconds_since(start);
      const auto done = static_cast<double>(generation + 1 - first);
      const double simulations = static_cast<double>(candidates.size() * trials.size());
      options.on_generation({record, generations, simulations / std::max(record.seconds, 1e-9),
                             elapsed / done * static_cast<double>(generations - generation - 1)});
    }
  }
  if (!optimiser.progress().stopped.empty()) records_->put("stopped", optimiser.progress().stopped);
  if (options.on_phase) options.on_phase("confirming on fresh trials");
  std::vector<std::vector<double>> finalists;
  for (const search::Start& each : optimiser.starts())
    finalists.push_back(rule::parameter_values(experiment.rules, each.guess));
  const auto best = records_->best_candidate(generation > late_generations ? generation - late_generations : 0);
  if (best) finalists.push_back(best->values);
  const Answer answer = find_answer(experiment, finalists, workers);
  write_file((fs::path(folder_) / "rule.toml").string(), rule::to_toml(answer.found));
  records_->put("answer", answer_text(answer));
  records_->put("finished", now_text());
  records_->put("status", "finished");
  return true;
}

}  // namespace carve::experiment
