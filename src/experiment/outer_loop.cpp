#include "carve/experiment/outer_loop.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "carve/experiment/answer/answer.hpp"

namespace carve::experiment {
namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

}  // namespace

OuterLoop::OuterLoop(Experiment& experiment, const evaluate::Workers& workers, std::uint64_t generation,
                     std::uint64_t evaluations)
    : experiment_(experiment),
      workers_(workers),
      evaluator_(evaluator_of(experiment)),
      generation_(generation),
      evaluations_(evaluations) {
  if (experiment.optimiser->wants_gradients())
    with_gradients_.emplace(experiment.network, experiment.rules, *experiment.loss);
}

std::uint64_t OuterLoop::generations() const { return static_cast<std::uint64_t>(experiment_.generations); }

bool OuterLoop::over() const {
  return generation_ >= generations() || !experiment_.optimiser->progress().stopped.empty();
}

const evaluate::Trials& OuterLoop::trials(std::size_t count) {
  const task::TrialPlan& plan = experiment_.trials;
  const std::uint64_t set = plan.redraw == 0 ? 0 : generation_ / static_cast<std::uint64_t>(plan.redraw);
  if (trials_.size() == count && set == set_) return trials_;
  set_ = set;
  trials_ = {};  // room for the next ones
  // Sets are as far apart as the largest a set can grow by noise handling, within the numbers of search trials.
  const auto first = static_cast<std::uint32_t>(set * static_cast<std::uint64_t>(plan.count) * 16 % (1U << 28));
  trials_ = evaluate::make_trials(experiment_.trial_source(), task::Split::search, first, count, workers_);
  return trials_;
}

OuterLoop::Generation OuterLoop::next() {
  search::Optimiser& optimiser = *experiment_.optimiser;
  const auto start = std::chrono::steady_clock::now();
  const auto count =
      static_cast<std::size_t>(std::ceil(static_cast<double>(experiment_.trials.count) * optimiser.effort()));
  const evaluate::Trials& trials = this->trials(count);
  const search::Candidates asked = optimiser.ask();
  std::vector<std::vector<double>> candidates;
  for (std::size_t i = 0; i < asked.count(); ++i)
    candidates.push_back(rule::parameter_values(experiment_.rules, asked[i]));
  const evaluate::Gradients found = with_gradients_
                                        ? with_gradients_->evaluate(candidates, trials, workers_)
                                        : evaluate::Gradients{evaluator_.evaluate(candidates, trials, workers_)};
  const evaluate::Evaluation& evaluation = found.evaluation;

  const bool halves = optimiser.wants_repeat() && trials.size() > 1;
  std::vector<double> losses, repeated, totals;
  Generation lived;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const double penalty = experiment_.l1 * rule::l1_norm(experiment_.rules, candidates[i]);
    totals.push_back(evaluation.mean(i) + penalty);
    if (halves) {  // two independent measurements: the even and the odd trials
      losses.push_back(evaluation.mean(i, 0, 2) + penalty);
      repeated.push_back(evaluation.mean(i, 1, 2) + penalty);
    }
    lived.candidates.push_back({generation_, i, totals[i], evaluation.outcome(i), candidates[i]});
  }
  optimiser.tell(halves ? losses : totals, repeated, found.slopes);
  evaluations_ += candidates.size();
  const search::Progress progress = optimiser.progress();
  lived.record = {.generation = generation_,
                  .evaluations = evaluations_,
                  .best = *std::min_element(totals.begin(), totals.end()),
                  .median = median(totals),
                  .sigma = progress.sigma,
                  .axis_ratio = progress.axis_ratio,
                  .restarts = progress.restarts,
                  .trials = trials.size(),
                  .outcomes = evaluation.counts(),
                  .guess = rule::parameter_values(experiment_.rules, optimiser.best_guess()),
                  .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()};
  lived.simulations = static_cast<double>(candidates.size() * trials.size());
  ++generation_;
  return lived;
}

}  // namespace carve::experiment
