// Candidates of a spiking neuron: the same bits however they are grouped, and a search that finds rules which hold a
// rate.
#include <algorithm>
#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

#include "carve/evaluate/spiking_evaluator.hpp"
#include "carve/rule/event_family.hpp"
#include "carve/search/cma_es.hpp"
#include "carve/task/mean_field.hpp"
#include "carve/task/trial.hpp"

namespace carve::evaluate {
namespace {

/// Poisson inputs, plastic inhibition, 5 Hz wanted.
task::SpikingTask task_of(double seconds) {
  task::SpikingTask task{.plastic = {.inhibition = true}, .lifetime = {seconds}};
  base::Table table, resolved;
  base::Diagnostics diagnostics;
  table.set("kind", base::write_value(std::string("poisson")));
  task.inputs = task::poisson_inputs.make(table, {}, {}, resolved, diagnostics);
  table.set("kind", base::write_value(std::string("target_rate")));
  table.set("target", base::write_value(std::string("5 Hz")));
  table.set("window", base::write_value(base::Seconds{seconds / 2}));
  task.loss = task::target_rate_loss_component.make(table, {}, {task.lifetime}, resolved, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.render();
  return task;
}

/// The six-parameter family on inhibitory synapses: eta fixed, the four coefficients within [-2, 2].
rule::RuleSet inhibition() {
  base::Table coefficient;
  coefficient.set("init", base::write_value(0.0));
  coefficient.set("lower", base::write_value(-2.0));
  coefficient.set("upper", base::write_value(2.0));
  base::Table table;
  table.set("family", base::write_value(std::string("six_parameter")));
  table.set("eta", base::write_value(0.01));
  for (const char* name : {"alpha", "beta", "gamma", "kappa"}) table.set(name, {coefficient, {}});
  table.set("w_max", base::write_value(10.0));
  base::Diagnostics diagnostics;
  auto space = rule::read_event_rule("inhibition", table, {}, diagnostics);
  EXPECT_TRUE(space) << diagnostics.render();
  return {{std::move(*space)}};
}

Trials trials(const task::SpikingTask& task, std::uint32_t first, std::size_t count) {
  return make_trials({.spiking = &task, .seed = 1}, task::Split::search, first, count, Workers(2));
}

/// The candidate's values by their names.
task::SixParameterRule rule_of(const rule::RuleSet& rules, const std::vector<double>& values) {
  const auto value = [&](std::string_view name) {
    const auto& all = rules.rules.front().parameters;
    const auto at = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
    return values.at(static_cast<std::size_t>(at - all.begin()));
  };
  return {value("alpha"), value("beta"), value("gamma"), value("kappa"), value("tau_pre"), value("tau_post")};
}

std::vector<std::vector<double>> candidates_of(const rule::RuleSet& rules, const search::Candidates& asked) {
  std::vector<std::vector<double>> candidates;
  for (std::size_t i = 0; i < asked.count(); ++i) candidates.push_back(rule::parameter_values(rules, asked[i]));
  return candidates;
}

search::Problem problem_of(const rule::RuleSet& rules, std::uint64_t seed) {
  const rule::SearchCoordinates coordinates = rule::search_coordinates(rules);
  search::Problem problem{.seed = seed};
  for (std::size_t i = 0; i < coordinates.initial.size(); ++i) {
    problem.coordinates.push_back(
        {.initial = coordinates.initial[i], .lower = coordinates.lower[i], .upper = coordinates.upper[i]});
  }
  return problem;
}

TEST(SpikingEvaluator, gives_the_same_bits_for_any_threads_and_grouping) {
  const rule::RuleSet rules = inhibition();
  const task::SpikingTask task = task_of(1.5);
  const SpikingEvaluator evaluator(task, rules);
  const auto heard = trials(task, 0, 3);
  const auto optimiser = search::make_cma_es({.population = 70, .sigma = 0.5}, problem_of(rules, 3));
  const auto candidates = candidates_of(rules, optimiser->ask());
  const Evaluation together = evaluator.evaluate(candidates, heard, Workers(1));
  const Evaluation threads = evaluator.evaluate(candidates, heard, Workers(5));
  EXPECT_EQ(0, std::memcmp(together.losses.data(), threads.losses.data(), together.losses.size() * sizeof(double)));
  EXPECT_EQ(together.outcomes, threads.outcomes);
  for (const std::size_t i : {0UL, 17UL, 69UL}) {
    const Evaluation alone = evaluator.evaluate(std::span(candidates).subspan(i, 1), heard, Workers(1));
    EXPECT_TRUE(std::ranges::equal(alone.of(0), together.of(i)));
    EXPECT_EQ(alone.outcome(0), together.outcome(i));
  }
}

TEST(SpikingEvaluator, counts_how_lifetimes_end) {
  const rule::RuleSet rules = inhibition();
  const task::SpikingTask task = task_of(8);
  const SpikingEvaluator evaluator(task, rules);
  const auto heard = trials(task, 0, 1);
  // Only growth at every presynaptic spike silences the neuron; without any change it fires far above the target.
  std::vector<double> growing = rule::parameter_values(rules, rule::search_coordinates(rules).initial);
  const std::vector<double> still = growing;
  growing[1] = 2;
  ASSERT_EQ(rules.parameter(1).name, "alpha");
  const std::vector<std::vector<double>> both{growing, still};
  const Evaluation evaluation = evaluator.evaluate(both, heard, Workers(1));
  EXPECT_EQ(evaluation.outcome(0), task::Outcome::silent);
  EXPECT_GT(evaluation.mean(0), 160);
  EXPECT_LT(evaluation.mean(0), 320);
  EXPECT_GT(evaluation.mean(1), 5) << "the task would be solved already";
}

/// Confavreux et al. 2020, figure 3: rules found by CMA-ES hold the rate on spikes that they have not heard.
TEST(SpikingScience, a_search_finds_rules_that_hold_a_rate) {
  const rule::RuleSet rules = inhibition();
  const task::SpikingTask task = task_of(30), longer = task_of(60);
  const SpikingEvaluator evaluator(task, rules), judge(longer, rules);
  const auto heard = trials(task, 0, 4);
  const auto fresh = trials(longer, 100, 2);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto optimiser = search::make_cma_es({.population = 16, .sigma = 0.1}, problem_of(rules, seed));
    for (int generation = 0; generation < 40; ++generation) {
      const auto candidates = candidates_of(rules, optimiser->ask());
      const Evaluation evaluation = evaluator.evaluate(candidates, heard, Workers(2));
      std::vector<double> losses;
      for (std::size_t i = 0; i < candidates.size(); ++i) losses.push_back(evaluation.mean(i));
      optimiser->tell(losses);
    }
    const auto found = rule::parameter_values(rules, optimiser->best_guess());
    const auto six = rule_of(rules, found);
    EXPECT_TRUE(task::stable_for_inhibition(six, 10));
    for (std::size_t t = 0; t < fresh.size(); ++t) {
      const network::SpikingLife life = judge.live(std::span(&found, 1), fresh[t], Workers(1)).front();
      ASSERT_EQ(life.ending, network::Ending::finished);
      const auto late = std::ranges::count_if(life.spikes, [](std::uint32_t step) { return step >= 200000; });
      const double rate = static_cast<double>(late) / 40;
      EXPECT_NEAR(rate, 5, 0.25) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace carve::evaluate
