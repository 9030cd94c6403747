#include "carve/experiment/cost.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "carve/evaluate/gradients.hpp"
#include "carve/experiment/answer/answer.hpp"

namespace carve::experiment {
namespace {

using Points = std::vector<std::vector<double>>;

constexpr std::size_t most_trials = 8;  // sampled
constexpr std::size_t least_pieces = 4;
constexpr std::size_t lanes = 64;  // candidates of a block, at most
constexpr std::size_t generations_told = 3;

/// Lets candidates live through trials and times the pieces that they come in.
class Timing {
 public:
  explicit Timing(const Experiment& experiment) : experiment_(experiment), evaluator_(evaluator_of(experiment)) {
    if (experiment.optimiser->wants_gradients())
      gradients_.emplace(experiment.network, experiment.rules, *experiment.loss);
  }

  evaluate::PieceSample sample(const Points& candidates, std::size_t trials) {
    evaluate::Workers workers;
    made_ = evaluate::make_trials(experiment_.trial_source(), task::Split::search, 0, trials, workers);
    // No more pieces than one candidate in one trial each; as many as are told of.
    std::vector<double> seconds(candidates.size() * trials, -1);
    workers.watch_pieces([&](std::size_t piece, double took) { seconds[piece] = took; });
    if (gradients_) (void)gradients_->evaluate(candidates, made_, workers);
    else (void)evaluator_.evaluate(candidates, made_, workers);
    std::erase_if(seconds, [](double each) { return each < 0; });
    return {.blocks = seconds.size() / trials, .trials = trials, .seconds = std::move(seconds)};
  }

  [[nodiscard]] const evaluate::Trials& made() const { return made_; }

 private:
  const Experiment& experiment_;
  evaluate::Evaluator evaluator_;
  std::optional<evaluate::GradientEvaluator> gradients_;
  evaluate::Trials made_;
};

/// The first of every so many, `count` in all.
Points spread_out(const Points& all, std::size_t count) {
  Points some;
  for (std::size_t i = 0; i < count; ++i) some.push_back(all[i * all.size() / count]);
  return some;
}

/// As many lifetimes as the budget allows: of several trials, and of as many candidates as that leaves.
evaluate::PieceSample sample(const Experiment& experiment, Timing& timing, const Points& candidates, double budget) {
  const auto trials = static_cast<std::size_t>(experiment.trials.count);
  // The first lifetimes find caches and memory cold: they only say how much can be afforded.
  const bool one_by_one = experiment.recurrent != nullptr;
  const auto begin = std::chrono::steady_clock::now();
  const evaluate::PieceSample first = timing.sample(one_by_one ? spread_out(candidates, 1) : candidates, 1);
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double affordable = budget / std::max(took, 1e-9) * static_cast<double>(first.seconds.size());
  const std::size_t all = trials * (one_by_one ? candidates.size() : first.blocks);
  const auto pieces = static_cast<std::size_t>(
      std::clamp(affordable, static_cast<double>(std::min(least_pieces, all)), static_cast<double>(all)));
  if (!one_by_one) {
    const std::size_t wanted = std::min({trials, most_trials, pieces / first.blocks});
    return wanted == 0 ? first : timing.sample(candidates, wanted);
  }
  const auto side = static_cast<std::size_t>(std::sqrt(static_cast<double>(pieces)));
  const std::size_t sampled = std::clamp<std::size_t>(side, 1, std::min(trials, most_trials));
  return timing.sample(spread_out(candidates, std::clamp<std::size_t>(pieces / sampled, 1, candidates.size())),
                       sampled);
}

/// What the search itself takes in a generation, told losses of a bowl.
double search_seconds(search::Optimiser& optimiser) {
  return evaluate::processor_seconds([&] {
           for (std::size_t g = 0; g < generations_told && optimiser.progress().stopped.empty(); ++g) {
             const search::Candidates asked = optimiser.ask();
             std::vector<double> losses, slopes;
             for (std::size_t i = 0; i < asked.count(); ++i) {
               const auto point = asked[i];
               losses.push_back(std::inner_product(point.begin(), point.end(), point.begin(), 0.0));
               for (const double each : point) slopes.push_back(2 * each);
             }
             if (!optimiser.wants_gradients()) slopes.clear();
             optimiser.tell(losses, optimiser.wants_repeat() ? losses : std::vector<double>{}, slopes);
           }
         }) /
         static_cast<double>(generations_told);
}

/// The largest part of an answer: the rule and the same less one term each, on fresh trials.
std::size_t answer_pieces(const Experiment& experiment, std::size_t searched) {
  const auto trials = static_cast<std::size_t>(experiment.trials.validation);
  const std::size_t rules = 1 + searched + (experiment.reference ? 1 : 0);
  return trials * (experiment.recurrent ? rules : (rules + lanes - 1) / lanes);
}

}  // namespace

Cost measure_cost(Experiment& experiment, double budget) {
  const search::Candidates asked = experiment.optimiser->ask();
  Points candidates;
  for (std::size_t i = 0; i < asked.count(); ++i)
    candidates.push_back(rule::parameter_values(experiment.rules, asked[i]));
  Cost cost{.population = candidates.size()};
  const auto count = static_cast<std::size_t>(experiment.trials.count);
  Timing timing(experiment);
  cost.work.sample = sample(experiment, timing, candidates, budget);
  cost.work.blocks = experiment.recurrent ? candidates.size() : cost.work.sample.blocks;
  cost.work.trials = count;
  cost.work.generations = static_cast<std::uint64_t>(experiment.generations);
  cost.work.redraw = static_cast<std::uint64_t>(experiment.trials.redraw);
  cost.work.making =
      evaluate::processor_seconds([&] { (void)task::make_trial(experiment.trial_source(), task::Split::search, 0); });
  const std::size_t searched = asked.dimension;
  const double numbers = experiment.optimiser->wants_gradients() ? 2 + static_cast<double>(searched) : 9.0 / 8;
  cost.work.result_bytes = 8 * numbers * static_cast<double>(candidates.size()) / static_cast<double>(cost.work.blocks);
  cost.work.answer_pieces = answer_pieces(experiment, searched);
  cost.work.serial = search_seconds(*experiment.optimiser);
  cost.simulations = static_cast<double>(experiment.generations) * static_cast<double>(candidates.size() * count);
  cost.megabytes = 1e-6 * static_cast<double>(task::memory_of(timing.made()[0])) *
                   static_cast<double>(count + answer_trials(experiment));
  return cost;
}

}  // namespace carve::experiment
