#include "carve/experiment/simplify/simplify.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "carve/base/error.hpp"
#include "carve/experiment/answer/rate_answer.hpp"
#include "carve/experiment/answer/spiking_answer.hpp"
#include "carve/experiment/record/files.hpp"
#include "carve/experiment/record/recorded_run.hpp"
#include "carve/experiment/run.hpp"
#include "carve/experiment/simplify/newton.hpp"

namespace carve::experiment {
namespace {

using Values = std::vector<double>;

// Where the numbers of each set of trials begin: beyond the search's and the answer's own.
constexpr std::uint32_t first_fit = 0x24000000U;
constexpr std::uint32_t first_choose = 0x34000000U;
constexpr std::uint32_t first_estimate = 0x28000000U;
constexpr std::uint32_t first_refit = 0x40000000U;
constexpr std::uint32_t first_held_out = 0x10000000U;  // of the validation trials

constexpr std::size_t fitting_trials = 128;
constexpr std::size_t estimating_trials = 256;
constexpr std::size_t spiking_trials = 8;
constexpr std::size_t refits_of_rates = 20;
constexpr std::size_t refits_of_spikes = 8;
constexpr std::size_t trials_at_once = 8;  // those of spiking neurons take 12 MB a minute

SimplifyTrials trials_of(const Experiment& experiment, const SimplifyOptions& options) {
  const auto count = static_cast<std::size_t>(experiment.trials.count);
  SimplifyTrials trials{.held_out = static_cast<std::size_t>(experiment.trials.validation)};
  if (experiment.recurrent) {
    trials.fit = trials.choose = trials.estimate = count;
  } else if (experiment.spiking) {
    trials.fit = trials.choose = std::max(spiking_trials, count);
    trials.estimate = 2 * trials.fit;
    trials.refits = refits_of_spikes;
  } else {
    trials.fit = trials.choose = affordable(experiment, fitting_trials);
    trials.estimate = affordable(experiment, estimating_trials);
    trials.refits = refits_of_rates;
  }
  if (options.trials) trials.fit = trials.choose = trials.estimate = *options.trials;
  if (options.refits) trials.refits = *options.refits;
  return trials;
}

class Work {
 public:
  Work(const std::string& folder, const SimplifyOptions& options, Records& records,
       const std::unique_ptr<Experiment>& searched, Simplified& result)
      : folder_(folder),
        options_(options),
        records_(records),
        searched_(*searched),
        experiment_(*result.experiment),
        result_(result),
        workers_(options.threads),
        evaluator_(precise_evaluator(experiment_)) {
    result.trials = trials_of(experiment_, options);
  }

  void go() {
    make_front();
    choose_terms();
    estimate();
    write();
  }

 private:
  /// Differences of losses need digits: rate networks learn in double.
  static evaluate::Evaluator precise_evaluator(const Experiment& experiment) {
    if (experiment.spikes()) return evaluator_of(experiment);
    network::RateNetwork network = experiment.network;
    network.double_precision = true;
    return {network, experiment.rules, *experiment.loss};
  }

  void say(const std::string& phase) const {
    if (options_.on_phase) options_.on_phase(phase);
  }

  [[nodiscard]] evaluate::Trials make(task::Split split, std::uint32_t first, std::size_t count) const {
    return evaluate::make_trials(experiment_.trial_source(), split, first, count, workers_);
  }

  [[nodiscard]] Simplifier simplifier(const evaluate::Trials& fitting, const evaluate::Trials& choosing) const {
    Simplifier made{.fitting = {evaluator_, experiment_.rules, fitting, workers_, experiment_.seed},
                    .choosing = choosing,
                    .smooth = !experiment_.spikes(),
                    .thorough = experiment_.spiking != nullptr,
                    .grow = experiment_.recurrent == nullptr};
    if (experiment_.recurrent) made.refit = {.sigma = 0.1, .generations = 8, .population = 8};
    return made;
  }

  /// Losses on the held-out trials, [rule][trial]: a few trials at a time where they are large.
  [[nodiscard]] std::vector<Values> hold_out(const std::vector<Values>& candidates) const {
    std::vector<Values> losses(candidates.size());
    const std::size_t count = result_.trials.held_out;
    const std::size_t step = experiment_.spikes() ? trials_at_once : count;
    for (std::size_t first = 0; first < count; first += step) {
      const auto trials = make(task::Split::validation, first_held_out + static_cast<std::uint32_t>(first),
                               std::min(step, count - first));
      const evaluate::Evaluation all = evaluator_.evaluate(candidates, trials, workers_);
      for (std::size_t k = 0; k < candidates.size(); ++k)
        losses[k].insert(losses[k].end(), all.of(k).begin(), all.of(k).end());
    }
    return losses;
  }

  void make_front() {
    result_.settings = fmt::format("share {} trials {} {} {} {}", options_.share, result_.trials.fit,
                                   result_.trials.choose, result_.trials.held_out, fmt::join(options_.changes, " "));
    result_.share = options_.share;
    const auto before = records_.get("simplified");
    if (before && recall_front(*before, result_)) return;
    const auto fitting = make(task::Split::search, first_fit, result_.trials.fit);
    const auto choosing = make(task::Split::search, first_choose, result_.trials.choose);
    const std::vector<Values> candidates = finalists(searched_, records_);
    const evaluate::Evaluation judged = evaluator_.evaluate(candidates, choosing, workers_);
    const Answer begun = choose(searched_, candidates, judged);
    const Values searched = candidates[begun.chosen];
    result_.start = begun.chosen < begun.starts ? begun.chosen : 0;  // the best candidate is no start of its own
    result_.front = front(simplifier(fitting, choosing), searched, removable(experiment_.rules, searched),
                          [&](std::size_t terms) { say(fmt::format("fitting {} terms", terms)); });
    say("measuring on held-out trials");
    std::vector<Values> all;
    for (const FrontPoint& each : result_.front) all.push_back(each.values);
    result_.knee = knee(result_.front, hold_out(all), options_.share);
  }

  void choose_terms() {
    result_.chosen = std::min(options_.terms.value_or(result_.knee), result_.front.size() - 1);
    const FrontPoint& point = result_.front[result_.chosen];
    const auto trials = make(task::Split::search, first_estimate, result_.trials.estimate);
    say(fmt::format("estimating the rule of {} terms", result_.chosen));
    const Simplifier with = simplifier(trials, trials);
    result_.values = fit(with, point.values, point.kept);
    const std::vector<Values> losses = hold_out({result_.values, result_.front.back().values});
    result_.loss = measure(losses[0]);
    result_.difference = measure(losses[0], losses[1]);
    around(result_.values, point.kept, with, true);
    if (result_.chosen + 1 < result_.front.size()) {
      const FrontPoint& all = result_.front.back();
      around(all.values, all.kept, with, false);
    }
  }

  /// Curvature around a rule: intervals where it is the chosen one, and directions.
  void around(const Values& values, const std::vector<std::size_t>& kept, const Simplifier& with, bool chosen) {
    const FitCoordinates coordinates =
        fit_coordinates(experiment_.rules, values, fitted_with(experiment_.rules, values, kept));
    if (coordinates.size() == 0) return;
    const Curvature bowl = curvature(with.fitting, coordinates, values,
                                     difference_steps(with.fitting, coordinates, values, with.smooth), true);
    Pinned pinned{.terms = kept.size(),
                  .names = coordinate_names(experiment_, coordinates),
                  .by_curvature = directions(bowl.hessian)};
    const auto starts = searched_.optimiser->starts();
    if (result_.start < starts.size())
      pinned.by_search = directions(experiment_.rules, coordinates, starts[result_.start].covariance);
    if (experiment_.spiking)
      pinned.manifold =
          manifold(experiment_, coordinates, values, plastic_input_rate(*experiment_.spiking, with.fitting.trials[0]));
    result_.pinned.push_back(std::move(pinned));
    if (!chosen) return;
    coordinates_ = coordinates;
    by_curvature_ = curvature_intervals(coordinates, values, bowl);
  }

  void estimate() {
    if (coordinates_.size() == 0) return;
    const FrontPoint& point = result_.front[result_.chosen];
    std::vector<Values> fits;
    for (std::size_t k = 0; k < result_.trials.refits; ++k) {
      say(fmt::format("fit {} of {} to fresh trials", k + 1, result_.trials.refits));
      const std::size_t first = k * result_.trials.estimate;
      const auto trials =
          make(task::Split::search, first_refit + static_cast<std::uint32_t>(first), result_.trials.estimate);
      fits.push_back(fit(simplifier(trials, trials), result_.values, point.kept));
    }
    const std::vector<Interval> by_refits = refit_intervals(coordinates_, result_.values, fits);
    for (std::size_t i = 0; i < coordinates_.size(); ++i) {
      const std::size_t parameter = coordinates_.parameters[i];
      const rule::RuleSpace& space = experiment_.rules.rules[experiment_.rules.rule_of(parameter)];
      Coefficient made{.rule = space.name,
                       .name = experiment_.rules.parameter(parameter).log_scale
                                   ? experiment_.rules.parameter(parameter).name
                                   : term_label(experiment_.rules, parameter),
                       .estimate = result_.values[parameter]};
      if (!by_curvature_.empty()) made.by_curvature = by_curvature_[i];
      if (!by_refits.empty()) made.by_refits = by_refits[i];
      result_.coefficients.push_back(std::move(made));
    }
    const bool curved = !by_curvature_.empty() && (!experiment_.spikes() || by_refits.empty());
    result_.default_method = curved ? "curvature" : by_refits.empty() ? "" : "refits";
  }

  void write() {
    result_.file = (std::filesystem::path(folder_) / fmt::format("rule-{}.toml", result_.chosen)).string();
    write_file(result_.file, rule::to_toml(experiment_.rules.at(result_.values)));
    records_.put("simplified", simplified_json(result_));
  }

  const std::string& folder_;
  const SimplifyOptions& options_;
  Records& records_;
  const Experiment& searched_;    // as it ran, its search at the end
  const Experiment& experiment_;  // with changes
  Simplified& result_;
  evaluate::Workers workers_;
  evaluate::Evaluator evaluator_;
  FitCoordinates coordinates_;
  std::vector<Interval> by_curvature_;
};

}  // namespace

std::optional<Simplified> simplify(const std::string& folder, const SimplifyOptions& options,
                                   base::Diagnostics& diagnostics) {
  const FolderLock lock(folder);
  if (!lock.taken())
    throw base::EnvironmentError(fmt::format("another carve is at work in '{}'", folder), "wait for it, or stop it");
  Records records(record_path(folder), Records::Mode::write);
  if (records.get("status") != "finished") {
    diagnostics.error({}, fmt::format("the run in '{}' is not finished", folder),
                      fmt::format("'carve resume {}' goes on with it", folder));
    return std::nullopt;
  }
  const auto searched = read_recorded(folder, records, {}, diagnostics);
  Simplified result{.experiment = read_recorded(folder, records, options.changes, diagnostics)};
  if (!searched || !result.experiment) return std::nullopt;
  load_search(folder, records, *searched);
  if (result.experiment->rules.parameter_count() != searched->rules.parameter_count()) {
    diagnostics.error({}, "these changes make another space of rules than the one that was searched");
    return std::nullopt;
  }
  Work(folder, options, records, searched, result).go();
  return result;
}

}  // namespace carve::experiment
