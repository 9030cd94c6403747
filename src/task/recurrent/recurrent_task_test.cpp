// Tasks of recurrent networks: who is shown when, what reaches the network, what losses make of what it does.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/network/recurrent/test_recurrent.hpp"
#include "carve/task/recurrent/network_metrics.hpp"
#include "carve/task/recurrent/recurrent_loss.hpp"

namespace carve::task {
namespace {

/// The loss that a table describes, for a task.
std::shared_ptr<const RecurrentLoss> loss_of(const RecurrentLossComponent& component, const RecurrentTask& task,
                                             const base::Table& table = {}) {
  base::Table resolved;
  base::Diagnostics diagnostics;
  auto made = component.make(table, {}, {&task}, resolved, diagnostics);
  EXPECT_TRUE(made) << diagnostics.render();
  return made;
}

base::Table with_target(const std::string& target) {
  base::Table table;
  table.set("target", base::write_value(target));
  return table;
}

/// 100 neurons that learn and are tested.
RecurrentTask small_task() {
  RecurrentTask task;
  task.network = network::tif_network({80, 20, 1000});
  task.phases = {{.name = "rest", .duration = {0.3}},
                 {.name = "train", .duration = {1.6}, .show = Shown::familiar},
                 {.name = "break", .duration = {0.3}, .plastic = {false}},
                 {.name = "test", .duration = {1.2}, .plastic = {false}, .show = Shown::both, .cue = 0.5}};
  task.stimuli = Stimuli{.patterns = 2, .share = 0.2, .rate = {50}, .on = {0.2}, .off = {0.1}};
  task.shown_to = 2;
  task.recorded = {1};
  task.inputs = {.lowest_rate = {5}, .highest_rate = {20}};
  task.loss = loss_of(stability_loss, task, [] {
    base::Table table = with_target("10 Hz");
    table.set("window", base::write_value(std::string("1 s")));
    return table;
  }());
  return task;
}

RC_GTEST_PROP(Phases, show_every_pattern_once_a_round_and_never_two_at_a_time, ()) {
  const auto time = [](int ten_ms) { return base::Seconds{0.01 * ten_ms}; };
  const Stimuli stimuli{
      .patterns = *rc::gen::inRange(1, 5), .on = time(*rc::gen::inRange(1, 30)), .off = time(*rc::gen::inRange(0, 30))};
  std::vector<Phase> phases;
  for (int p = *rc::gen::inRange(1, 5); p > 0; --p)
    phases.push_back({.name = std::to_string(p),
                      .duration = time(*rc::gen::inRange(1, 300)),
                      .show = *rc::gen::element(Shown::nothing, Shown::familiar, Shown::novel, Shown::both)});
  const auto begins = phase_begins(phases);
  const auto shown = presentations(phases, stimuli, 1, *rc::gen::inRange<std::uint32_t>(0, 100));
  const auto familiar = static_cast<std::size_t>(stimuli.patterns);
  std::size_t free_from = 0;
  std::map<std::size_t, std::vector<std::size_t>> by_phase;
  for (const Presentation& each : shown) {
    const Shown kind = phases[each.phase].show;
    RC_ASSERT(kind != Shown::nothing);
    RC_ASSERT(each.begin >= free_from);
    RC_ASSERT(each.begin >= begins[each.phase]);
    RC_ASSERT(each.end <= begins[each.phase + 1]);
    RC_ASSERT(each.end - each.begin == static_cast<std::size_t>(std::lround(stimuli.on.value / 0.01)));
    RC_ASSERT(each.pattern < 2 * familiar);
    if (kind == Shown::familiar) RC_ASSERT(each.pattern < familiar);
    if (kind == Shown::novel) RC_ASSERT(each.pattern >= familiar);
    free_from = each.end;
    by_phase[each.phase].push_back(each.pattern);
  }
  for (const auto& [phase, patterns] : by_phase) {
    const std::size_t round = phases[phase].show == Shown::both ? 2 * familiar : familiar;
    for (std::size_t k = 0; k + round <= patterns.size(); k += round)
      RC_ASSERT(std::set(patterns.begin() + static_cast<std::ptrdiff_t>(k),
                         patterns.begin() + static_cast<std::ptrdiff_t>(k + round))
                    .size() == round);
  }
}

TEST(Patterns, are_spots_of_neighbours_or_inputs_anywhere) {
  for (const std::int64_t spots : {0, 1, 4}) {
    const auto patterns = draw_patterns({.patterns = 3, .share = 0.1, .spots = spots}, 1000, 1, 2);
    ASSERT_EQ(patterns.size(), 6U);
    for (const auto& pattern : patterns) {
      const std::set<std::uint16_t> own(pattern.begin(), pattern.end());
      EXPECT_EQ(own.size(), pattern.size()) << "nobody twice";
      std::size_t runs = 0;
      for (std::size_t k = 0; k < pattern.size(); ++k)
        runs += k == 0 || pattern[k] != (pattern[k - 1] + 1) % 1000 ? 1 : 0;
      if (spots == 0) EXPECT_GT(runs, 80U);
      else EXPECT_LE(runs, static_cast<std::size_t>(spots));
      EXPECT_LE(pattern.size(), 100U);
      EXPECT_GE(pattern.size(), spots == 4 ? 25U : 100U) << "spots may overlap";
    }
    EXPECT_NE(patterns[0], patterns[3]);
  }
}

TEST(NetworkInputs, are_raised_by_patterns_while_they_are_shown_and_only_then) {
  RecurrentTask task = small_task();
  const StagedTrial staged = stage(task, 1, 7);
  task.stimuli.reset();
  const StagedTrial plain = stage(task, 1, 7);
  EXPECT_GE(staged.input_rate.value, 5);
  EXPECT_LE(staged.input_rate.value, 20);
  ASSERT_EQ(staged.presentations.size(), 5U + 4U);
  std::map<bool, double> added, expected;
  std::size_t next = 0;
  const network::SpikeTrains& raised = staged.given.inputs[2];
  for (std::size_t t = 0; t < raised.steps(); ++t) {
    while (next < staged.presentations.size() && staged.presentations[next].end * 100 <= t) ++next;
    std::set<std::uint16_t> members;
    if (next < staged.presentations.size() && staged.presentations[next].begin * 100 <= t) {
      const auto& pattern = staged.patterns[staged.presentations[next].pattern];
      const double cue = task.phases[staged.presentations[next].phase].cue;
      members.insert(pattern.begin(), pattern.begin() + static_cast<std::ptrdiff_t>(cue * 200));
    }
    std::set<std::uint16_t> own(raised.at(t).begin(), raised.at(t).end());
    EXPECT_EQ(own.size(), raised.at(t).size()) << "at most one spike per step";
    for (const std::uint16_t input : plain.given.inputs[2].at(t)) EXPECT_EQ(own.erase(input), 1U);
    for (const std::uint16_t input : own) ASSERT_TRUE(members.contains(input)) << t;
    const bool cued = members.size() == 100;
    added[cued] += static_cast<double>(own.size());
    expected[cued] += static_cast<double>(members.size()) * 50 * 1e-4;
  }
  for (const bool cued : {false, true}) EXPECT_NEAR(added[cued], expected[cued], 5 * std::sqrt(expected[cued]));
}

TEST(RecurrentLife, weights_of_some_connections_change_in_a_phase) {
  RecurrentTask task = small_task();
  task.phases[0].plastic = {false, {"I->E"}};
  const StagedTrial staged = stage(task, 1, 3);
  network::ProjectionRules rules(6);
  for (const std::size_t c : {0, 2}) rules[c] = network::test::six_parameters(0, 10);
  std::vector<double> values = network::test::SixParameters{.eta = 0.001, .alpha = 0.1, .gamma = -1}.values();
  for (const double each : network::test::SixParameters{.eta = 0.01, .alpha = -0.4, .gamma = 1, .kappa = 1}.values())
    values.push_back(each);
  const auto last_weights = [&] { return live(task, rules, values, staged, {.weight_looks = 2}).last_weights; };
  const auto found = last_weights();
  network::RecurrentTrial trial = staged.given;
  trial.frozen = {{0, 3000, 0}, {19000, 34000}};
  const auto expected = network::run_recurrent<float>(task.network, rules, values, trial).weights;
  for (const std::size_t c : {0, 2}) {
    ASSERT_EQ(found[c].size(), expected[c].size());
    for (std::size_t s = 0; s < found[c].size(); ++s) ASSERT_NEAR(found[c][s], expected[c][s], 1e-6) << s;
  }
  task.phases[0].plastic = {};
  EXPECT_NE(last_weights()[0], found[0]) << "or the phase did not matter";
}

TEST(RecurrentLife, counts_what_the_network_does) {
  const RecurrentTask task = small_task();
  const StagedTrial staged = stage(task, 1, 3);
  network::ProjectionRules rules(6);
  rules[2] = network::test::six_parameters(0, 10);
  const std::vector<double> values =
      network::test::SixParameters{.eta = 0.01, .alpha = -0.4, .gamma = 1, .kappa = 1}.values();
  const RecurrentLived lived =
      live(task, rules, values, staged, {.responses = true, .recording = true, .raster = true, .weight_looks = 4});
  ASSERT_EQ(lived.ending, network::Ending::finished);
  // The oracle: the same lifetime spike by spike, weights frozen where a phase is not plastic.
  network::RecurrentTrial trial = staged.given;
  trial.frozen = {{19000, 34000}};
  const auto life = network::run_recurrent<float>(task.network, rules, values, trial);
  std::vector<std::vector<std::uint16_t>> responses(staged.presentations.size(), std::vector<std::uint16_t>(80, 0));
  std::vector<std::vector<std::uint32_t>> recorded(80);
  for (std::size_t p : {0, 1}) {
    std::vector<std::uint32_t> counts(task.stretches(), 0);
    for (std::size_t t = 0; t < task.steps(); ++t) {
      for (const std::uint16_t neuron : life.spikes[p].at(t)) {
        ++counts[t / 100];
        if (p == 1) continue;
        if (t >= 24000) recorded[neuron].push_back(static_cast<std::uint32_t>(t));
        for (std::size_t k = 0; k < responses.size(); ++k) {
          if (t / 100 >= staged.presentations[k].begin && t / 100 < staged.presentations[k].end) ++responses[k][neuron];
        }
      }
    }
    EXPECT_EQ(lived.counts[p], counts);
    EXPECT_GT(std::count(counts.begin(), counts.end(), 0U), 0);
    EXPECT_LT(std::count(counts.begin(), counts.end(), 0U), static_cast<std::ptrdiff_t>(counts.size()));
  }
  EXPECT_EQ(lived.responses, responses);
  EXPECT_EQ(lived.spikes, recorded);
  // Looking at weights takes in what they have missed a little earlier, and so rounds differently.
  ASSERT_EQ(lived.last_weights[2].size(), life.weights[2].size());
  for (std::size_t s = 0; s < life.weights[2].size(); ++s)
    ASSERT_NEAR(lived.last_weights[2][s], life.weights[2][s], 1e-6) << s;
  ASSERT_EQ(lived.weights.size(), 4U);
  double sum = 0, bounds = 0;
  for (const double weight : life.weights[2]) {
    sum += weight;
    bounds += weight == 0 || weight == 10 ? 1 : 0;
  }
  const auto count = static_cast<double>(life.weights[2].size());
  EXPECT_NEAR(lived.weights[2].last_mean, sum / count, 1e-6);
  EXPECT_NEAR(lived.weights[2].first_mean, sum / count, 1e-6) << "the recorded part is not plastic";
  EXPECT_DOUBLE_EQ(lived.weights[2].at_bounds, bounds / count);
  EXPECT_EQ(lived.weights[0].last_mean, 0.03);
  ASSERT_EQ(lived.weights_looked[2].size(), 4U);
  EXPECT_NEAR(lived.weights_looked[2].back().mean, sum / count, 1e-6);
  EXPECT_LT(lived.weights_looked[2].front().quantile[1], lived.weights_looked[2].front().quantile[3]);
}

TEST(RecurrentLife, ends_early_where_activity_explodes_or_dies) {
  RecurrentTask task = small_task();
  const StagedTrial staged = stage(task, 1, 3);
  for (network::Projection& each : task.network.projections) {
    if (each.from == 0) each.lowest_weight = each.highest_weight = 3;
  }
  const RecurrentLived exploded = live(task, network::ProjectionRules(6), {}, stage(task, 1, 3), {});
  EXPECT_EQ(exploded.ending, network::Ending::blown_up);
  EXPECT_LT(exploded.end, task.stretches() / 5);
  double spikes = 0;
  for (const std::uint32_t each : exploded.counts[0]) spikes += each;
  EXPECT_LT(spikes / 80, 8) << "at most 6 in 40 ms, and what the last 10 ms add";
  for (network::Projection& each : task.network.projections) each.lowest_weight = each.highest_weight = 0;
  task.phases.back().duration = {10};  // a rate of 10 Hz decays below 0.1 Hz in 4.6 s
  const RecurrentLived silent = live(task, network::ProjectionRules(6), {}, stage(task, 1, 3), {});
  EXPECT_EQ(silent.ending, network::Ending::silent);
  EXPECT_EQ(silent.end, 461U);
  const double whole = static_cast<double>(task.stretches());
  EXPECT_DOUBLE_EQ(task.loss->score({task, staged, silent}), early_end_score(461, whole));
  EXPECT_GT(task.loss->score({task, staged, exploded}), task.loss->score({task, staged, silent}));
}

RC_GTEST_PROP(StabilityLoss, is_the_mean_of_the_filtered_rate_s_miss, ()) {
  const auto size = *rc::gen::inRange<std::size_t>(50, 300);
  const auto counts = *rc::gen::container<std::vector<std::uint32_t>>(size, rc::gen::inRange<std::uint32_t>(0, 40));
  const TargetRate wanted{.target = {static_cast<double>(*rc::gen::inRange(1, 40))},
                          .window = {0.01 * *rc::gen::inRange(1, 100)},
                          .filter = {0.1 * *rc::gen::inRange(1, 20)}};
  // The oracle: the rate is piecewise constant, so each stretch pulls the filter towards its own by the same share.
  double rate = wanted.target.value, sum = 0;
  const auto scored = std::min<std::size_t>(size, static_cast<std::size_t>(std::lround(wanted.window.value * 100)));
  for (std::size_t k = 0; k < size; ++k) {
    const double now = counts[k] / (30 * 0.01);
    rate = now + (rate - now) * std::exp(-0.01 / wanted.filter.value);
    if (k >= size - scored) sum += std::pow(rate - wanted.target.value, 2) / (rate + 2);
  }
  RC_ASSERT(std::abs(rate_loss(wanted, counts, 30) - sum / static_cast<double>(scored)) <= 1e-9 * (1 + sum));
}

TEST(FamiliarityLoss, wants_a_rate_for_each_kind_of_pattern) {
  const RecurrentTask task = small_task();
  const StagedTrial staged = stage(task, 1, 3);
  const auto loss = loss_of(familiarity_loss, task, [] {
    base::Table table;
    table.set("familiar", base::write_value(std::string("5 Hz")));
    table.set("novel", base::write_value(std::string("10 Hz")));
    return table;
  }());
  RecurrentLived lived{.responses = std::vector(staged.presentations.size(), std::vector<std::uint16_t>(80, 0))};
  // 0.2 s: one spike per neuron is 5 Hz.
  for (std::size_t k = 0; k < lived.responses.size(); ++k) {
    if (staged.presentations[k].phase != 3) continue;
    lived.responses[k].assign(80, is_familiar(task, staged.presentations[k]) ? 1 : 2);
  }
  EXPECT_NEAR(loss->score({task, staged, lived}), 0, 1e-12);
  for (auto& response : lived.responses) response.assign(80, 2);
  EXPECT_NEAR(loss->score({task, staged, lived}), 25.0 / 12, 1e-12) << "all at 10 Hz";
  const auto figures = loss->figures({task, staged, lived});
  EXPECT_EQ(figures[0].value, 10);
  EXPECT_EQ(figures[1].value, 10);
  EXPECT_EQ(figures[2].value, 0);
}

TEST(RecallLoss, is_small_where_cues_bring_back_what_is_missing) {
  const RecurrentTask task = small_task();
  const StagedTrial staged = stage(task, 1, 3);
  const auto loss = loss_of(recall_loss, task);
  RecurrentLived lived{.responses = std::vector(staged.presentations.size(), std::vector<std::uint16_t>(80, 0))};
  EXPECT_EQ(loss->score({task, staged, lived}), 1) << "nobody responds";
  // Familiar cues: neurons respond in proportion to what the missing half of the pattern would bring. Novel: all alike.
  for (std::size_t k = 0; k < lived.responses.size(); ++k) {
    const Presentation& shown = staged.presentations[k];
    if (shown.phase != 3) continue;
    if (!is_familiar(task, shown)) {
      lived.responses[k].assign(80, 1);
      continue;
    }
    const auto& pattern = staged.patterns[shown.pattern];
    for (std::size_t j = 100; j < 200; ++j) {
      for (const std::uint16_t target : staged.given.synapses[4].row(pattern[j])) ++lived.responses[k][target];
    }
  }
  EXPECT_NEAR(loss->score({task, staged, lived}), 0, 1e-12);
}

TEST(Losses, of_patterns_say_what_a_task_lacks) {
  RecurrentTask task = small_task();
  const auto told = [&](const RecurrentLossComponent& component, const std::string& what) {
    base::Table resolved;
    base::Diagnostics diagnostics;
    EXPECT_FALSE(component.make({}, {}, {&task}, resolved, diagnostics));
    EXPECT_NE(diagnostics.render().find(what), std::string::npos) << diagnostics.render();
  };
  task.phases[3].cue = 1;
  told(recall_loss, "nothing to complete");
  task.phases[3].duration = {0.8};
  told(familiarity_loss, "too short");
  task.phases[3].show = Shown::novel;
  told(familiarity_loss, "does not show familiar and novel");
  task.phases.pop_back();
  told(recall_loss, "no phase called 'test'");
}

/// A lifetime of 10 s in which each of 80 neurons spikes at random.
RecurrentLived random_life(const RecurrentTask& task, double rate) {
  RecurrentLived lived;
  lived.counts.assign(3, std::vector<std::uint32_t>(task.stretches(), 0));
  const auto steps = static_cast<std::uint32_t>(task.steps());
  const network::SpikeTrains trains = network::test::random_spikes(80, steps, rate * 1e-4, 5);
  lived.spikes.resize(80);
  for (std::uint32_t t = 0; t < steps; ++t) {
    for (const std::uint16_t neuron : trains.at(t)) {
      lived.spikes[neuron].push_back(t);
      ++lived.counts[0][t / 100];
      ++lived.counts[1][t / 100];
    }
  }
  lived.weights = {{.projection = 2, .plastic = true, .first_mean = 0.2, .last_mean = 0.204, .at_bounds = 0.05}};
  return lived;
}

TEST(PlausibilityLoss, is_what_metrics_exceed_their_ranges_by) {
  RecurrentTask task = small_task();
  task.phases = {{.name = "life", .duration = {10}}};
  task.recorded = {10};
  const StagedTrial none;
  RecurrentLived lived = random_life(task, 5);
  const auto metrics = network_metrics({task, none, lived}, metric_ranges());
  ASSERT_EQ(metrics.size(), 14U) << "all but the mean weights of three connections";
  const auto value = [&](const std::string& name) {
    return std::find_if(metrics.begin(), metrics.end(), [&](const Figure& each) { return each.name == name; })->value;
  };
  EXPECT_NEAR(value("rate"), 5, 0.4);
  EXPECT_NEAR(value("rate_i"), 4 * value("rate"), 1e-9) << "as many spikes of a quarter of the neurons";
  EXPECT_NEAR(value("w_creep"), 0.004 / 0.202, 1e-12);
  EXPECT_EQ(value("w_blow"), 0.05);
  EXPECT_EQ(value("wief"), 0.204);
  EXPECT_TRUE(plausible(metrics));
  const auto loss = loss_of(plausibility_loss, task);
  EXPECT_EQ(loss->score({task, none, lived}), 0);
  lived.weights[0].at_bounds = 0.3;
  EXPECT_NEAR(loss->score({task, none, lived}), 2, 1e-12) << "0.3 is three times 0.1";
  EXPECT_FALSE(plausible(network_metrics({task, none, lived}, metric_ranges())));
  base::Table narrower;
  narrower.set("rate", base::write_value(std::vector{2 * value("rate"), 50.0}));
  EXPECT_NEAR(loss_of(plausibility_loss, task, narrower)->score({task, none, lived}), 2.5, 1e-12);
}

}  // namespace
}  // namespace carve::task
