// Whole generations of the standard experiment: threads, the search's own share, inputs, and other ways to compute
// them.
#include <cmath>

#include <thread>

#include "carve/app/bench/baselines.hpp"
#include "carve/app/bench/benchmarks.hpp"
#include "carve/app/bench/generation.hpp"
#include "carve/base/denormals.hpp"
#include "carve/search/cma_es.hpp"

namespace carve::app {
namespace {

/// Evaluates all candidates on all trials, losses included.
class Evaluation {
 public:
  explicit Evaluation(const Generation& generation)
      : generation_(generation),
        evaluator_(generation.experiment->network, generation.experiment->rules, *generation.experiment->loss) {}

  void operator()(const evaluate::Workers& workers) const {
    (void)evaluator_.evaluate(generation_.candidates, generation_.trials, workers);
  }

 private:
  const Generation& generation_;
  evaluate::Evaluator evaluator_;
};

Spread scaled(const Spread& all, double factor) { return {all.median * factor, all.least * factor, all.most * factor}; }

/// A generation of eight trials, with another way to compute it in turn.
Figure against(OneLifetime* lifetime, int repetitions) {
  const Generation generation(8);
  const Evaluation evaluation(generation);
  const evaluate::Workers one(1);
  const std::size_t synapses = generation.synapses();
  std::vector<float> learned(generation.candidates.size() * synapses);
  double error = 0;
  const auto other = [&](std::size_t trial) {
    const base::FlushDenormals flush;
    const task::Trial& circumstances = generation.trials[trial];
    for (std::size_t i = 0; i < generation.candidates.size(); ++i) {
      std::copy(circumstances.initial_weights.begin(), circumstances.initial_weights.end(),
                learned.begin() + static_cast<std::ptrdiff_t>(i * synapses));
      lifetime(generation.theta[i].data(), circumstances.samples.values.data(), generation.steps(), synapses,
               learned.data() + i * synapses);
    }
  };
  const Comparison comparison = compare([&] { evaluation(one); },
                                        [&] {
                                          for (std::size_t t = 0; t < generation.trials.size(); ++t) other(t);
                                        },
                                        repetitions);
  for (std::size_t trial = 0; trial < generation.trials.size(); ++trial) {
    other(trial);
    const std::vector<float> ours = generation.learned(trial);
    double distance = 0, length = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
      distance += std::pow(static_cast<double>(ours[i] - learned[i]), 2);
      length += std::pow(static_cast<double>(ours[i]), 2);
    }
    error = std::fmax(error, std::sqrt(distance / length));
  }
  return {.value = rate_of(generation.updates(), comparison.second),
          .unit = "updates/s",
          .ratio = comparison.ratio,
          .to = "carve: this many times faster",
          .error = error,
          .error_of = "weights against carve's"};
}

/// CMA-ES in 27 dimensions on a sphere, and its share of a generation on all cores.
Figure optimiser(std::int64_t population) {
  const Generation generation(8);
  const Evaluation evaluation(generation);
  const evaluate::Workers one(1);
  search::CmaOptions options;
  options.population = population;
  search::Problem problem;
  problem.coordinates.assign(27, {.initial = 1});
  constexpr int generations = 200;
  const auto search = [&] {
    const auto method = search::make_cma_es(options, problem);
    for (int i = 0; i < generations; ++i) {
      const search::Candidates asked = method->ask();
      std::vector<double> losses(asked.count());
      for (std::size_t k = 0; k < losses.size(); ++k) {
        for (const double value : asked[k]) losses[k] += value * value;
      }
      method->tell(losses);
    }
  };
  const Comparison comparison = compare([&] { evaluation(one); }, search);
  const double trials = 64.0 / static_cast<double>(generation.trials.size());
  const double cores = std::fmax(1, std::thread::hardware_concurrency());
  return {.value = scaled(comparison.second, 1e6 / generations),
          .unit = "us",
          .ratio = scaled(comparison.ratio, cores / trials / generations),
          .to = "a generation of oja.toml on all cores"};
}

}  // namespace

Figure generation() {
  const Generation generation(16);
  const Evaluation evaluation(generation);
  const evaluate::Workers one(1);
  const Timing timing = time_against_peak([&] { evaluation(one); }, generation.updates(), 9, Precision::single);
  return {.value = timing.rate, .unit = "updates/s", .share_of_peak = timing.share};
}

Figure two_threads() {
  const Generation generation(64);
  const Evaluation evaluation(generation);
  const evaluate::Workers one(1), two(2);
  const Comparison comparison = compare([&] { evaluation(two); }, [&] { evaluation(one); }, 15, wall_seconds);
  return {.value = rate_of(generation.updates(), comparison.first),
          .unit = "updates/s",
          .ratio = comparison.ratio,
          .to = "one thread"};
}

Figure trial_inputs() {
  const Generation generation(1);
  const Evaluation evaluation(generation);
  const evaluate::Workers one(1);
  std::uint32_t index = 0;
  const task::TrialSource source = generation.experiment->trial_source();
  const auto make = [&] { (void)task::make_trial(source, task::Split::search, index++); };
  const Comparison comparison = compare([&] { evaluation(one); }, make, 2 * usual_repetitions);
  return {.value = scaled(comparison.second, 1e6),
          .unit = "us",
          .ratio = comparison.ratio,
          .to = "64 candidates living through it"};
}

Figure optimiser_default() { return optimiser(0); }
Figure optimiser_64() { return optimiser(64); }
Figure plain_loops() { return against(plain_lifetime, 3); }
Figure best_loops() { return against(best_lifetime(), usual_repetitions); }

}  // namespace carve::app
