#include "carve/app/bench/generation.hpp"
#include "carve/network/rate_simulator.hpp"

#include <cassert>

#include "carve/app/bench/rules.hpp"

namespace carve::app {
namespace {

constexpr std::size_t population = 64;

constexpr const char* file = R"(seed = 1
[network]
kind = "rate"
inputs = 100
[rule.feedforward]
family = "polynomial"
degree = 2
eta = 0.02
[trials]
count = 64
steps = 1000
inputs = { kind = "gaussian", ratio = 0.7 }
[loss]
kind = "principal_components"
l1 = 2e-2
[search]
method = "cma-es"
population = 64
generations = 400
)";

}  // namespace

Generation::Generation(std::size_t trial_count) {
  base::Diagnostics diagnostics;
  experiment =
      experiment::read_experiment(std::make_shared<const base::Source>(base::Source{"bench", file}), {}, diagnostics);
  assert(experiment);
  candidates = near_oja(experiment->rules, population);
  for (const auto& values : candidates) {
    const std::vector<double> coefficients = rule::coefficients(experiment->rules.rules.front(), values);
    theta.emplace_back(coefficients.begin(), coefficients.end());
  }
  trials = evaluate::make_trials(experiment->trial_source(), task::Split::search, 0, trial_count, evaluate::Workers(1));
}

double Generation::updates() const {
  return static_cast<double>(candidates.size() * trials.size() * steps() * synapses());
}

std::vector<float> Generation::learned(std::size_t trial) const {
  const network::RateSimulator<float> simulator(experiment->network, experiment->rules.rules);
  std::vector<float> result(candidates.size() * synapses());
  for (const auto& block : simulator.prepare(candidates)) {
    base::AlignedVector<float> weights(synapses() * block.lanes), scratch(simulator.scratch_size(block.lanes));
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = trials[trial].initial_weights[i / block.lanes];
    simulator.run(block, trials[trial].samples.values.data(), steps(), weights.data(), scratch.data());
    for (std::size_t lane = 0; lane < block.count; ++lane) {
      for (std::size_t j = 0; j < synapses(); ++j) {
        result[(block.first + lane) * synapses() + j] = weights[j * block.lanes + lane];
      }
    }
  }
  return result;
}

}  // namespace carve::app
