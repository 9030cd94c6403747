// Recurrent networks: kernels do what the equations say, with the same bits on every instruction set.
#include <regex>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/network/recurrent/recurrent_reference.hpp"
#include "carve/network/recurrent/recurrent_run.hpp"
#include "carve/network/recurrent/test_recurrent.hpp"
#include "carve/network/test_support.hpp"
#include "carve/rule/event_family.hpp"
#include "carve/rule/test_support.hpp"

namespace carve::network {
namespace {

using test::SixParameters;

/// A network with rules and their values for one candidate.
struct Experiment {
  RecurrentNetwork network;
  ProjectionRules rules;
  std::vector<double> values;

  [[nodiscard]] RecurrentLife by_equations(const RecurrentTrial& trial) const {
    std::vector<std::optional<rule::Rule>> all;
    std::size_t used = 0;
    for (const auto& each : rules) {
      all.emplace_back();
      if (!each) continue;
      const auto own = values.begin() + static_cast<std::ptrdiff_t>(used);
      used += each->parameters.size();
      all.back() = rule::Rule{*each, {own, own + static_cast<std::ptrdiff_t>(each->parameters.size())}};
    }
    return reference(network, test::pointers(all), trial);
  }
  template <class T>
  [[nodiscard]] RecurrentLife live(const RecurrentTrial& trial) const {
    return run_recurrent<T>(network, rules, values, trial);
  }
};

NeuronModel random_neuron() {
  NeuronModel model;
  if (*rc::gen::arbitrary<bool>()) {
    model.nmda_share = 0.77;
    model.threshold_jump.value = 0.1;
    if (*rc::gen::arbitrary<bool>()) model.adaptation_jump = 0.1;
  }
  model.refractory.value = *rc::gen::element(0.0, 0.0003, 0.005);
  model.reset.value = *rc::gen::element(-0.06, -0.065);
  if (*rc::gen::inRange(0, 4) == 0) model.nmda = model.ampa;
  return model;
}

/// Rules that are not linear in one trace: they read the weight, products of traces, several traces. However large
/// traces and weights grow, they do not make two weights differ more than they did, so that rounding stays what it is.
test::TextRule random_rule(double w_max) {
  using Text = test::TextRule;
  const double tau_pre = *rc::gen::element(1.0, 7.0, 20.0, 200.0), tau_post = *rc::gen::element(1.0, 12.0, 30.0);
  return *rc::gen::elementOf(
      std::vector<Text>{{"-0.05*w*x_post/(1 + x_post)", "0.05*(0.6 - w)*x_pre/(1 + x_pre)", tau_pre, tau_post, w_max},
                        {"-0.02*x_post*(1 + 3*r)",
                         "0.03*x_pre*(0.2 + o)",
                         tau_pre,
                         tau_post,
                         w_max,
                         {{"r", "pre", 101}, {"o", "post", 40}}},
                        {"0.05*tanh(3*w)*x_post/(1 + x_post) - 0.01*exp(-w)",
                         "0.04*sqrt(w + 0.1)*(x_pre > 0.1) - 0.02*x_post/(1 + x_pre)", tau_pre, tau_post, w_max},
                        {"0.01*x_post*slow - 0.02*w^2/(1 + w)", "0", tau_pre, tau_post, w_max, {{"slow", "post", 300}}},
                        {"0.02 - 0.1*w", "0.03*x_post^2", tau_pre, tau_post, w_max},
                        {"0.3*x_post*(V + 0.06) - 0.02*w*C_E/(1 + C_E)",
                         "0.1*C_E*(x_pre - 20*C_I) + 0.1*V",
                         tau_pre,
                         tau_post,
                         w_max,
                         {{"V", "state", 30}, {"C_E", "state", 10}, {"C_I", "state", 120}}},
                        {"0", "0.02*x_pre*x_post - 0.01*x_pre^2", tau_pre, tau_post, w_max}});
}

/// Up to three populations of neurons and one of inputs; any of up to eight projections may be plastic.
Experiment random_experiment(std::uint32_t seed) {
  Experiment result;
  const auto populations = *rc::gen::inRange<std::size_t>(1, 4);
  for (std::size_t p = 0; p < populations; ++p)
    result.network.populations.push_back({"P" + std::to_string(p), *rc::gen::inRange<std::size_t>(1, 40),
                                          p % 2 == 0 ? Transmitter::excitatory : Transmitter::inhibitory,
                                          random_neuron()});
  const auto inputs = *rc::gen::inRange<std::size_t>(1, 30);
  result.network.populations.push_back({"inputs", inputs, Transmitter::excitatory, {}});
  const auto projections = *rc::gen::inRange<std::size_t>(0, 8);
  for (std::size_t c = 0; c < projections + populations; ++c) {
    Projection each;
    const bool from_inputs = c < populations;
    each.from = from_inputs ? populations : *rc::gen::inRange<std::size_t>(0, populations + 1);
    each.to = from_inputs ? c : *rc::gen::inRange<std::size_t>(0, populations);
    each.probability = from_inputs ? 0.5 : *rc::gen::element(0.05, 0.3, 1.0);
    each.lowest_weight = from_inputs ? 8 / static_cast<double>(inputs) : 0.05;
    each.highest_weight = *rc::gen::arbitrary<bool>() ? each.lowest_weight : 2 * each.lowest_weight;
    each.delay.value = *rc::gen::element(0.0, 1e-4, 8e-4, 0.013);
    result.network.projections.push_back(each);
    result.rules.emplace_back();
    if (*rc::gen::inRange(0, 3) == 0) continue;
    const double w_max = *rc::gen::element(0.1, 1.0, 1e6);  // clamping is active nearly always, often, never
    if (*rc::gen::arbitrary<bool>()) {
      const rule::Rule rule = random_rule(w_max).rule();
      result.rules.back() = rule.space;
      result.values.insert(result.values.end(), rule.values.begin(), rule.values.end());
      continue;
    }
    result.rules.back() = test::six_parameters(0, w_max);
    const std::vector<double> u = test::uniform(6, 1, 5000 + 200 * seed + static_cast<std::uint32_t>(c));
    const std::vector<double> six = SixParameters{.eta = 0.05,
                                                  .alpha = u[0],
                                                  .beta = u[1],
                                                  .gamma = u[2],
                                                  .kappa = u[3],
                                                  .tau_pre = 0.02 * std::exp(2.9 * u[4]),
                                                  .tau_post = 0.02 * std::exp(2.9 * u[5])}
                                        .values();
    result.values.insert(result.values.end(), six.begin(), six.end());
  }
  return result;
}

RecurrentTrial random_trial(const Experiment& experiment, std::size_t most_steps, std::uint32_t seed) {
  RecurrentTrial trial = test::trial_of(experiment.network, *rc::gen::inRange<std::size_t>(1, most_steps),
                                        *rc::gen::element(0.002, 0.01, 0.05), seed);
  for (std::size_t begin = 0; begin < trial.steps && *rc::gen::arbitrary<bool>(); begin += 100) {
    begin += 100 * *rc::gen::inRange<std::size_t>(0, 3);
    const std::size_t end = begin + 100 * *rc::gen::inRange<std::size_t>(1, 3);
    std::optional<std::size_t> one;
    if (*rc::gen::arbitrary<bool>()) one = *rc::gen::inRange<std::size_t>(0, experiment.network.projections.size());
    trial.frozen.push_back({begin, end, one});
  }
  return trial;
}

bool same_spikes(const RecurrentLife& a, const RecurrentLife& b) {
  for (std::size_t p = 0; p < a.spikes.size(); ++p) {
    if (a.spikes[p].first != b.spikes[p].first || a.spikes[p].sources != b.spikes[p].sources) return false;
  }
  return a.spikes.size() == b.spikes.size();
}

/// The largest difference of weights, relative to the largest weight of its projection.
double distance(const RecurrentLife& a, const RecurrentLife& b) {
  double worst = 0;
  for (std::size_t c = 0; c < a.weights.size(); ++c) {
    double largest = 1e-300, difference = 0;
    for (std::size_t s = 0; s < a.weights[c].size(); ++s) {
      difference = std::max(difference, std::abs(a.weights[c][s] - b.weights[c][s]));
      largest = std::max(largest, std::abs(b.weights[c][s]));
    }
    worst = std::max(worst, difference / largest);
  }
  return worst;
}

std::size_t count_spikes(const RecurrentLife& life) {
  std::size_t count = 0;
  for (const SpikeTrains& each : life.spikes) count += each.sources.size();
  return count;
}

TEST(RecurrentKernels, agree_with_the_equations_in_double) {
  std::size_t spikes = 0, lives = 0;
  EXPECT_TRUE(rc::check([&] {
    const auto seed = *rc::gen::inRange<std::uint32_t>(0, 10000);
    const Experiment experiment = random_experiment(seed);
    const RecurrentTrial trial = random_trial(experiment, 600, seed);
    const RecurrentLife expected = experiment.by_equations(trial);
    const RecurrentLife found = experiment.live<double>(trial);
    spikes += count_spikes(expected);
    ++lives;
    RC_ASSERT(same_spikes(found, expected));
    RC_ASSERT(distance(found, expected) <= 1e-11);
  }));
  EXPECT_GT(spikes, 20 * lives) << "the comparison is about something";
}

/// A small network in which E->E and I->E follow random rules of one space.
Experiment with_rules(const std::string& body, std::uint32_t seed) {
  Experiment result{.network = adaptive_network({40, 10, 30}), .rules = ProjectionRules(6), .values = {}};
  for (Projection& each : result.network.projections) {
    each.probability = 0.4;
    if (each.from == 2) each.lowest_weight = each.highest_weight = 1;
  }
  base::Diagnostics diagnostics;
  const auto space = rule::read_event_rule("test", rule::test::read_toml(body), {}, diagnostics);
  EXPECT_TRUE(space) << diagnostics.render();
  if (!space) return result;
  for (const std::size_t c : {0, 2}) {
    result.rules[c] = space;
    const std::vector<double> u = test::uniform(space->parameters.size(), 1, seed + static_cast<std::uint32_t>(c));
    for (std::size_t i = 0; i < u.size(); ++i) {
      const rule::Parameter& each = space->parameters[i];
      result.values.push_back(each.fixed ? *each.fixed : each.dimension ? each.initial : u[i]);
    }
  }
  return result;
}

TEST(RecurrentKernels, agree_with_the_equations_for_every_family) {
  const test::KeepIsa keep;
  std::vector<std::string> bodies;
  for (const rule::Family* const family : rule::event_families())
    bodies.push_back(std::regex_replace(family->sample, std::regex("eta = [^\\n]*"), "eta = 0.05"));
  bodies.emplace_back("family = \"mlp\"\neta = 10\nw_max = 60\nunits = 7");  // far beyond where tanh is 1
  for (const std::string& body : bodies) {
    SCOPED_TRACE(body);
    double moved = 0;
    std::size_t alike = 0;
    for (std::uint32_t seed = 0; seed < 3; ++seed) {
      const Experiment experiment = with_rules(body, seed);
      const RecurrentTrial trial = test::trial_of(experiment.network, 300, 0.01, seed);
      const RecurrentLife expected = experiment.by_equations(trial);
      EXPECT_GT(count_spikes(expected), 50U);
      base::force_isa(base::Isa::scalar);
      const RecurrentLife in_float = experiment.live<float>(trial);
      for (const base::Isa isa : test::isas()) {
        base::force_isa(isa);
        const RecurrentLife found = experiment.live<double>(trial);
        EXPECT_TRUE(same_spikes(found, expected));
        EXPECT_LE(distance(found, expected), 1e-9);
        EXPECT_TRUE(test::same_bits(experiment.live<float>(trial).weights[0], in_float.weights[0]));
      }
      alike += same_spikes(in_float, expected) && distance(in_float, expected) < 1e-4;
      for (const double w : expected.weights[0]) moved = std::max(moved, std::abs(w - 0.1));
    }
    EXPECT_GT(moved, 0.01);
    EXPECT_GE(alike, 1U) << "in float, until a spike shifts";
  }
}

template <class T>
void instruction_sets_agree() {
  const test::KeepIsa keep;
  const auto seed = *rc::gen::inRange<std::uint32_t>(0, 10000);
  const Experiment experiment = random_experiment(seed);
  const RecurrentTrial trial = random_trial(experiment, 1000, seed);
  base::force_isa(base::Isa::scalar);
  const RecurrentLife expected = experiment.live<T>(trial);
  for (const base::Isa isa : test::isas()) {
    base::force_isa(isa);
    const RecurrentLife other = experiment.live<T>(trial);
    RC_ASSERT(same_spikes(other, expected));
    for (std::size_t c = 0; c < expected.weights.size(); ++c)
      RC_ASSERT(test::same_bits(other.weights[c], expected.weights[c]));
  }
}
RC_GTEST_PROP(RecurrentKernels, give_the_same_bits_on_all_instruction_sets_in_float, ()) {
  instruction_sets_agree<float>();
}
RC_GTEST_PROP(RecurrentKernels, give_the_same_bits_on_all_instruction_sets_in_double, ()) {
  instruction_sets_agree<double>();
}

/// 80 excitatory and 20 inhibitory neurons with I->E plastic; `drive`: weight of the inputs.
Experiment inhibited(const SixParameters& six, double drive, double w_max = 100) {
  Experiment result{.network = tif_network({80, 20, 50}), .rules = ProjectionRules(6), .values = six.values()};
  for (Projection& each : result.network.projections) {
    if (each.from == 2) each.lowest_weight = each.highest_weight = drive;
    each.probability = 0.2;
  }
  result.rules[2] = test::six_parameters(0, w_max);
  return result;
}

TEST(RecurrentNetwork, learns_by_the_time_between_arrival_and_postsynaptic_spike) {
  // A spike of A makes B fire 5 steps later or so; the plastic synapse is read again at the end.
  const SixParameters six{
      .eta = 1, .alpha = 0.01, .beta = 0.02, .gamma = 0.3, .kappa = 0.4, .tau_pre = 0.01, .tau_post = 0.03};
  for (const std::size_t delay : {0, 3, 8}) {
    Experiment experiment{
        .network = {.populations = {{"A", 1, Transmitter::excitatory, {}},
                                    {"drive", 1, Transmitter::excitatory, {}},
                                    {"B", 1, Transmitter::excitatory, NeuronModel{}}},
                    .projections = {{0, 2, 1, 1e-6, 1e-6, {1e-4 * static_cast<double>(delay)}}, {1, 2, 1, 2, 2, {}}}},
        .rules = {test::six_parameters(0, 10), {}},
        .values = six.values()};
    RecurrentTrial trial{.synapses = draw_synapses(experiment.network, 1, 1), .inputs = {}, .steps = 400};
    const auto fire = [&](std::size_t step) {
      SpikeTrains trains{.inputs = 1, .first = {0}, .sources = {}};
      for (std::size_t t = 0; t < trial.steps; ++t) {
        if (t == step) trains.sources.push_back(0);
        trains.first.push_back(static_cast<std::uint32_t>(trains.sources.size()));
      }
      return trains;
    };
    const auto live = [&](std::size_t pre) {
      trial.inputs = {fire(pre), fire(0), {}};
      return experiment.live<double>(trial);
    };
    const RecurrentLife late = live(399);
    ASSERT_EQ(late.spikes[2].sources.size(), 1U);
    const auto post = static_cast<std::size_t>(std::find(late.spikes[2].first.begin(), late.spikes[2].first.end(), 1U) -
                                               late.spikes[2].first.begin() - 1);
    ASSERT_GT(post, 10U);
    const auto change = [&](std::size_t arrival) { return live(arrival - delay).weights[0][0] - 1e-6; };
    EXPECT_NEAR(change(post + 100), 0.01 + 0.4 * std::exp(-100 * 1e-4 / 0.03) + 0.02, 1e-13);
    EXPECT_NEAR(change(post), 0.01 + 0.02, 1e-13) << "spikes of the same step do not interact";
    EXPECT_NEAR(change(post - 1), 0.01 + 0.02 + 0.3 * std::exp(-1e-4 / 0.01), 1e-13);
    ASSERT_LT(post, 100U);
    trial.frozen = {{0, 100}};
    EXPECT_NEAR(change(post - 1), 0, 1e-13);
    EXPECT_NEAR(change(150), 0.01 + 0.4 * std::exp(-1e-4 * (150.0 - static_cast<double>(post)) / 0.03), 1e-13)
        << "the trace went on";
  }
}

TEST(RecurrentNetwork, brings_weights_up_to_date_however_often_a_neuron_spikes) {
  // Without a refractory period and with strong input neurons spike in nearly every step: far more often than the sums
  // of a neuron can hold, and often between two presynaptic spikes.
  Experiment experiment = inhibited({.eta = 1e-4, .alpha = -0.2, .beta = 0.1, .gamma = 1, .kappa = 1}, 50);
  for (const std::size_t p : {0, 1}) experiment.network.populations[p].neuron->refractory.value = 0;
  const RecurrentTrial trial = test::trial_of(experiment.network, 600, 0.05, 3);
  const RecurrentLife expected = experiment.by_equations(trial);
  EXPECT_GT(expected.spikes[0].sources.size(), 80U * 300);
  const RecurrentLife found = experiment.live<double>(trial);
  EXPECT_TRUE(same_spikes(found, expected));
  EXPECT_LE(distance(found, expected), 1e-11);
}

TEST(RecurrentNetwork, visits_rows_and_columns_of_any_length) {
  // Longer than what a program runs for at once, and no multiple of it.
  Experiment experiment = inhibited({}, 8);
  experiment.network.populations[0].size = 301;
  for (Projection& each : experiment.network.projections) each.probability = each.from == 2 ? 0.2 : 0.98;
  for (const std::size_t c : {0, 1}) experiment.network.projections[c].highest_weight = 0.001;
  experiment.network.populations[1].size = 170;
  experiment.values.clear();
  for (const std::size_t c : {0, 2}) {
    const rule::Rule rule = test::TextRule{"-0.002*x_post*w", "0.002*x_pre*(1 - w)", 20, 30, 0.6}.rule();
    experiment.rules[c] = rule.space;
    experiment.values.insert(experiment.values.end(), rule.values.begin(), rule.values.end());
  }
  const RecurrentTrial trial = test::trial_of(experiment.network, 400, 0.01, 4);
  const RecurrentLife expected = experiment.by_equations(trial);
  EXPECT_GT(expected.spikes[0].sources.size(), 301U);
  EXPECT_GT(expected.spikes[1].sources.size(), 170U);
  const RecurrentLife found = experiment.live<double>(trial);
  EXPECT_TRUE(same_spikes(found, expected));
  EXPECT_LE(distance(found, expected), 1e-11);
}

TEST(RecurrentNetwork, agrees_in_float_until_a_spike_shifts) {
  std::size_t same = 0;
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    const Experiment experiment = inhibited({.eta = 0.02, .alpha = -0.4, .gamma = 1, .kappa = 1}, 1);
    const RecurrentTrial trial = test::trial_of(experiment.network, 1000, 0.004, seed);
    const RecurrentLife exact = experiment.live<double>(trial), found = experiment.live<float>(trial);
    EXPECT_GT(count_spikes(exact), 50U);
    if (!same_spikes(found, exact)) continue;
    ++same;
    EXPECT_LE(distance(found, exact), 1e-4);
  }
  EXPECT_GE(same, 5U);
}

TEST(RecurrentNetwork, with_infinite_weights_says_so) {
  const Experiment infinite = inhibited({.eta = 1, .alpha = 1e300}, 2, std::numeric_limits<double>::infinity());
  EXPECT_EQ(infinite.live<float>(test::trial_of(infinite.network, 20000, 0.01, 1)).ending, Ending::not_finite);
}

}  // namespace
}  // namespace carve::network
