// Generations of a small recurrent network: lifetimes that differ in length on two threads, and what one costs that
// explodes.
#include <cassert>
#include <optional>

#include "carve/app/bench/benchmarks.hpp"
#include "carve/evaluate/recurrent_evaluator.hpp"
#include "carve/experiment/experiment.hpp"

namespace carve::app {
namespace {

constexpr const char* file = R"(seed = 1
[network]
kind = "recurrent"
preset = "tif"
excitatory = 800
inhibitory = 200
inputs = 1000
[rule."I->E"]
family = "six_parameter"
eta = 0.01
alpha = { init = 0, lower = -2, upper = 2 }
beta = 0
gamma = { init = 1, lower = -2, upper = 2 }
kappa = { init = 1, lower = -2, upper = 2 }
tau_pre = "20 ms"
tau_post = "20 ms"
w_max = 10
[trials]
lifetime = "20 s"
[loss]
kind = "stability"
target = "10 Hz"
[search]
method = "cma-es"
)";

/// What differs between candidates: alpha, and gamma and kappa, which are the same.
struct Candidate {
  double alpha;
  double pairs;
};
constexpr Candidate holds_10_hz{-0.4, 1};
constexpr Candidate explodes{-2, 0};

/// The experiment and some candidates.
class RecurrentGeneration {
 public:
  RecurrentGeneration(const std::vector<Candidate>& candidates, std::size_t trials) {
    base::Diagnostics diagnostics;
    experiment_ =
        experiment::read_experiment(std::make_shared<const base::Source>(base::Source{"bench", file}), {}, diagnostics);
    assert(experiment_);
    evaluator_.emplace(*experiment_->recurrent, experiment_->rules);
    const std::vector<rule::Parameter>& parameters = experiment_->rules.rules.front().parameters;
    for (const Candidate& candidate : candidates) {
      candidates_.emplace_back();
      for (const rule::Parameter& each : parameters) {
        const bool pairs = each.name == "gamma" || each.name == "kappa";
        candidates_.back().push_back(pairs                  ? candidate.pairs
                                     : each.name == "alpha" ? candidate.alpha
                                                            : each.fixed.value_or(each.initial));
      }
    }
    trials_ = evaluate::make_trials(experiment_->trial_source(), task::Split::search, 0, trials, evaluate::Workers(1));
  }

  void evaluate(const evaluate::Workers& workers) const { (void)evaluator_->evaluate(candidates_, trials_, workers); }
  /// One of the candidates, in the first trial.
  task::RecurrentLived live(std::size_t candidate) const {
    return evaluator_->live(candidates_[candidate], trials_[0], evaluate::Workers(1));
  }
  [[nodiscard]] double lifetimes() const { return static_cast<double>(candidates_.size() * trials_.size()); }

 private:
  std::unique_ptr<experiment::Experiment> experiment_;
  std::optional<evaluate::RecurrentEvaluator> evaluator_;
  std::vector<std::vector<double>> candidates_;
  evaluate::Trials trials_;
};

}  // namespace

Figure recurrent_two_threads() {
  // A third of them explodes, and the others fire at rates from 5 to 20 Hz.
  const RecurrentGeneration generation(
      {explodes, {-0.2, 1}, holds_10_hz, explodes, {-0.6, 1}, {-0.8, 1}, holds_10_hz, explodes, {-0.3, 1}}, 3);
  const evaluate::Workers one(1), two(2);
  const Comparison comparison =
      compare([&] { generation.evaluate(two); }, [&] { generation.evaluate(one); }, 3, wall_seconds);
  return {.value = rate_of(generation.lifetimes(), comparison.first),
          .unit = "lifetimes/s",
          .ratio = comparison.ratio,
          .to = "one thread"};
}

Figure recurrent_explosion() {
  const RecurrentGeneration generation({holds_10_hz, explodes}, 1);
  assert(generation.live(0).ending == network::Ending::finished);
  assert(generation.live(1).ending == network::Ending::blown_up);
  const Comparison comparison = compare([&] { (void)generation.live(0); }, [&] { (void)generation.live(1); }, 3);
  return {.value = {comparison.second.median * 1e3, comparison.second.least * 1e3, comparison.second.most * 1e3},
          .unit = "ms",
          .ratio = comparison.ratio,
          .to = "a lifetime of 20 s at 10 Hz"};
}

}  // namespace carve::app
