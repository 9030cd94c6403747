// carve check: is the file right, and what would it cost?
#include <chrono>

#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/evaluate/evaluator.hpp"
#include "carve/experiment/answer.hpp"

namespace carve::app {
namespace {

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// What a run would take on this machine.
struct Estimate {
  std::size_t population = 0;
  double simulations = 0;
  double seconds = 0;
  double megabytes = 0;
};

/// Times a few trials of one generation, and scales.
Estimate estimate(experiment::Experiment& experiment) {
  const evaluate::Workers workers;
  const evaluate::Evaluator evaluator = experiment::evaluator_of(experiment);
  const search::Candidates asked = experiment.optimiser->ask();
  std::vector<std::vector<double>> candidates;
  for (std::size_t i = 0; i < asked.count(); ++i)
    candidates.push_back(rule::parameter_values(experiment.rules, asked[i]));
  const task::TrialPlan& plan = experiment.trials;
  const auto sampled =
      std::min<std::size_t>(static_cast<std::size_t>(plan.count), 2 * static_cast<std::size_t>(workers.threads()));
  std::vector<task::Trial> trials;
  const double make = seconds(
      [&] { trials = evaluate::make_trials(experiment.trial_source(), task::Split::search, 0, sampled, workers); });
  const double live = seconds([&] { (void)evaluator.evaluate(candidates, trials, workers); });
  const double share = static_cast<double>(plan.count) / static_cast<double>(sampled);
  const auto generations = static_cast<double>(experiment.generations);
  const double draws = plan.redraw == 0 ? 1 : std::ceil(generations / static_cast<double>(plan.redraw));
  Estimate result{.population = candidates.size()};
  result.simulations = generations * static_cast<double>(candidates.size()) * static_cast<double>(plan.count);
  result.seconds = share * (draws * make + generations * live);
  result.megabytes = 1e-6 * static_cast<double>(task::memory_of(trials.front())) *
                     static_cast<double>(static_cast<std::size_t>(plan.count) + experiment::answer_trials(experiment));
  return result;
}

}  // namespace

int check(const CheckArguments& arguments) {
  const auto experiment = load_experiment(arguments.file, arguments.changes);
  if (!experiment) return user_error;
  const std::size_t searched = rule::search_coordinates(experiment->rules).initial.size();
  const Estimate cost = estimate(*experiment);
  if (arguments.json) {
    fmt::print(
        "{{\"searched\": {}, \"population\": {}, \"generations\": {}, \"simulations\": {:.0f}, \"seconds\": {:.3g}, "
        "\"megabytes\": {:.3g}}}\n",
        searched, cost.population, experiment->generations, cost.simulations, cost.seconds, cost.megabytes);
    return fine;
  }
  fmt::print("{}: fine\n", arguments.file);
  fmt::print("{} parameters searched; {} generations of {} candidates x {} trials x {} steps\n", searched,
             experiment->generations, cost.population, experiment->trials.count, experiment->trials.steps);
  fmt::print("about {:.3g} simulations, {:.2g} s on this machine, {:.2g} MB of trials in memory\n", cost.simulations,
             cost.seconds, cost.megabytes);
  return fine;
}

}  // namespace carve::app
