// The spiking neuron: kernels do what the equations say, with the same bits however the work is laid out.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/network/spiking_reference.hpp"
#include "carve/network/spiking_simulator.hpp"
#include "carve/network/test_spiking.hpp"
#include "carve/network/test_support.hpp"

namespace carve::network {
namespace {

using test::SixParameters;

/// Which synapses are plastic, and how.
struct Wiring {
  SpikingNeuron neuron;
  std::optional<rule::RuleSpace> excitatory, inhibitory;

  [[nodiscard]] rule::RuleSet rules() const {
    rule::RuleSet set;
    if (excitatory) set.rules.push_back(*excitatory);
    if (inhibitory) set.rules.push_back(*inhibitory);
    return set;
  }
  template <class T>
  [[nodiscard]] SpikingSimulator<T> simulator() const {
    return {neuron, excitatory ? &*excitatory : nullptr, inhibitory ? &*inhibitory : nullptr};
  }
  [[nodiscard]] SpikingLife by_equations(const SpikingTrial& trial, const std::vector<double>& values) const {
    const std::vector<rule::Rule> all = rules().at(values);
    return reference(neuron, excitatory ? all.data() : nullptr, inhibitory ? &all.back() : nullptr, trial);
  }
};

template <class T>
std::vector<SpikingLife> simulate(const Wiring& wiring, const SpikingTrial& trial,
                                  std::span<const std::vector<double>> candidates,
                                  const std::optional<RateLimits>& limits = {}) {
  const SpikingSimulator<T> simulator = wiring.simulator<T>();
  const base::AlignedVector<T> drive = simulator.drive(trial);
  std::vector<SpikingLife> all;
  for (const SpikingBlock<T>& block : simulator.prepare(candidates)) {
    for (SpikingLife& each : simulator.run(block, trial, drive, limits)) all.push_back(std::move(each));
  }
  return all;
}

/// Input strong enough for a few spikes in a short time.
SpikingTrial random_trial(std::size_t steps, std::uint32_t seed) {
  const auto inputs = static_cast<std::size_t>(*rc::gen::inRange(1, 30));
  const double probability = *rc::gen::element(0.002, 0.01, 0.05);
  const double drive = 0.7 / (probability * static_cast<double>(inputs));
  SpikingTrial trial;
  trial.excitation.spikes = test::random_spikes(inputs, steps, probability, 2 * seed);
  trial.excitation.weights = test::uniform_between(inputs, 1.5 * drive, 2.5 * drive, 2 * seed);
  const auto inhibitory = static_cast<std::size_t>(*rc::gen::inRange(1, 20));
  trial.inhibition.spikes = test::random_spikes(inhibitory, steps, probability, 2 * seed + 1);
  trial.inhibition.weights = test::uniform_between(inhibitory, 0, 0.5, 2 * seed + 1);
  return trial;
}

Wiring random_wiring() {
  Wiring wiring;
  const int which = *rc::gen::inRange(0, 3);
  const double w_max = *rc::gen::element(0.4, 1.0, 1e6);  // clamping is active nearly always, often, never
  if (which != 0) wiring.excitatory = test::six_parameters(0, 10 * w_max);
  if (which != 1) wiring.inhibitory = test::six_parameters(0, w_max);
  wiring.neuron.refractory.value = *rc::gen::element(0.0, 0.0003, 0.005);
  wiring.neuron.reset.value = *rc::gen::element(-0.06, -0.065);
  const int mode = *rc::gen::inRange(0, 3);
  wiring.neuron.clamp = mode == 0 ? Clamp::each_event : Clamp::at_read;
  wiring.neuron.updates = mode == 2 ? Updates::lazy : Updates::eager;
  return wiring;
}

std::vector<std::vector<double>> random_candidates(const Wiring& wiring, std::size_t count, std::uint32_t seed) {
  std::vector<std::vector<double>> candidates;
  for (std::size_t i = 0; i < count; ++i) {
    const std::vector<double> u = test::uniform(12, 1, 5000 + 200 * seed + static_cast<std::uint32_t>(i));
    std::vector<double> values;
    for (std::size_t k = 0; k < wiring.rules().rules.size(); ++k) {
      const double* const own = u.data() + 6 * k;
      const std::vector<double> six = SixParameters{.eta = 0.05,
                                                    .alpha = own[0],
                                                    .beta = own[1],
                                                    .gamma = own[2],
                                                    .kappa = own[3],
                                                    .tau_pre = 0.02 * std::exp(1.5 * own[4]),
                                                    .tau_post = 0.02 * std::exp(3 * own[5])}
                                          .values();
      values.insert(values.end(), six.begin(), six.end());
    }
    candidates.push_back(std::move(values));
  }
  return candidates;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double difference = a.size() == b.size() ? 0 : std::numeric_limits<double>::infinity();
  double size = 1e-300;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    difference = std::max(difference, std::abs(a[i] - b[i]));
    size = std::max(size, std::abs(b[i]));
  }
  return difference / size;
}

void kernels_agree_in_double(std::size_t& spikes) {
  const auto seed = *rc::gen::inRange<std::uint32_t>(0, 10000);
  const SpikingTrial trial = random_trial(static_cast<std::size_t>(*rc::gen::inRange(1, 2000)), seed);
  const Wiring wiring = random_wiring();
  const auto candidates = random_candidates(wiring, static_cast<std::size_t>(*rc::gen::inRange(1, 40)), seed);
  const auto found = simulate<double>(wiring, trial, candidates);
  RC_ASSERT(found.size() == candidates.size());
  for (const std::size_t lane : {std::size_t{0}, candidates.size() / 2, candidates.size() - 1}) {
    const SpikingLife expected = wiring.by_equations(trial, candidates[lane]);
    spikes += expected.spikes.size();
    RC_ASSERT(found[lane].spikes == expected.spikes);
    RC_ASSERT(distance(found[lane].excitation, expected.excitation) <= 1e-12);
    RC_ASSERT(distance(found[lane].inhibition, expected.inhibition) <= 1e-12);
    RC_ASSERT(found[lane].end == trial.steps());
  }
}
TEST(SpikingKernels, agree_with_the_equations_in_double) {
  std::size_t spikes = 0;
  EXPECT_TRUE(rc::check([&] { kernels_agree_in_double(spikes); }));
  EXPECT_GT(spikes, 500U);
}

/// Float may shift a spike by a step where V comes near the threshold; up to there the weights agree.
RC_GTEST_PROP(SpikingKernels, agree_with_the_equations_in_float, ()) {
  const auto seed = *rc::gen::inRange<std::uint32_t>(0, 10000);
  SpikingTrial trial = random_trial(static_cast<std::size_t>(*rc::gen::inRange(1, 1000)), seed);
  const Wiring wiring = random_wiring();
  const auto candidates = random_candidates(wiring, static_cast<std::size_t>(*rc::gen::inRange(1, 70)), seed);
  const auto found = simulate<float>(wiring, trial, candidates);
  for (const std::size_t lane : {std::size_t{0}, candidates.size() / 2, candidates.size() - 1}) {
    const SpikingLife expected = wiring.by_equations(trial, candidates[lane]);
    RC_CLASSIFY(found[lane].spikes == expected.spikes, "same spikes");
    if (found[lane].spikes != expected.spikes) continue;
    RC_ASSERT(distance(found[lane].excitation, expected.excitation) <= 2e-4);
    RC_ASSERT(distance(found[lane].inhibition, expected.inhibition) <= 2e-4);
  }
}

bool same(const SpikingLife& a, const SpikingLife& b) {
  return a.ending == b.ending && a.end == b.end && a.spikes == b.spikes &&
         test::same_bits(a.excitation, b.excitation) && test::same_bits(a.inhibition, b.inhibition);
}

template <class T>
void layout_does_not_matter() {
  const test::KeepIsa keep;
  const auto seed = *rc::gen::inRange<std::uint32_t>(0, 10000);
  const SpikingTrial trial = random_trial(static_cast<std::size_t>(*rc::gen::inRange(1, 1500)), seed);
  const Wiring wiring = random_wiring();
  const auto count = static_cast<std::size_t>(*rc::gen::inRange(1, 150));
  auto candidates = random_candidates(wiring, count, seed);
  candidates.back()[3] = 1e30;  // a neighbour that explodes disturbs nobody
  std::optional<RateLimits> limits;
  if (*rc::gen::arbitrary<bool>()) limits = RateLimits{.lowest = {5}, .highest = {60}, .time_constant = {0.05}};
  base::force_isa(base::Isa::scalar);
  const auto expected = simulate<T>(wiring, trial, candidates, limits);
  for (const base::Isa isa : test::isas()) {
    base::force_isa(isa);
    const auto other = simulate<T>(wiring, trial, candidates, limits);
    for (std::size_t i = 0; i < count; ++i) RC_ASSERT(same(other[i], expected[i]));
    const auto first = *rc::gen::inRange<std::size_t>(0, count);
    const auto size = *rc::gen::element<std::size_t>(1, count - first);
    const auto part = simulate<T>(wiring, trial, std::span(candidates).subspan(first, size), limits);
    for (std::size_t i = 0; i < size; ++i) RC_ASSERT(same(part[i], expected[first + i]));
  }
}
RC_GTEST_PROP(SpikingKernels, give_the_same_bits_for_any_layout_in_float, ()) { layout_does_not_matter<float>(); }
RC_GTEST_PROP(SpikingKernels, give_the_same_bits_for_any_layout_in_double, ()) { layout_does_not_matter<double>(); }

/// A lone input that fires in the given steps.
SpikeTrains at_steps(const std::vector<std::size_t>& when, std::size_t steps) {
  SpikeTrains trains{.inputs = 1, .first = {0}};
  for (std::size_t t = 0; t < steps; ++t) {
    if (std::find(when.begin(), when.end(), t) != when.end()) trains.sources.push_back(0);
    trains.first.push_back(static_cast<std::uint32_t>(trains.sources.size()));
  }
  return trains;
}

/// One excitatory spike that makes the neuron fire once, and one plastic inhibitory synapse.
SpikingTrial one_pair(std::size_t inhibitory_step, std::size_t steps) {
  return {.excitation = {at_steps({0}, steps), {150.0}}, .inhibition = {at_steps({inhibitory_step}, steps), {0.5}}};
}

TEST(SpikingNeuron, learns_by_the_time_between_a_pre_and_a_post_spike) {
  const std::size_t steps = 400;
  Wiring wiring{.inhibitory = test::six_parameters(0, 10)};
  const SixParameters rule{
      .eta = 1, .alpha = 0.01, .beta = 0.02, .gamma = 0.3, .kappa = 0.4, .tau_pre = 0.01, .tau_post = 0.03};
  const std::vector<std::vector<double>> candidates{rule.values()};
  const auto alone = simulate<double>(wiring, one_pair(399, steps), candidates)[0];
  ASSERT_EQ(alone.spikes.size(), 1U);
  const std::size_t post = alone.spikes[0];
  const auto change = [&](std::size_t pre) {
    const SpikingLife life = simulate<double>(wiring, one_pair(pre, steps), candidates)[0];
    EXPECT_EQ(life.spikes, alone.spikes) << pre;
    return life.inhibition[0] - 0.5;
  };
  // From the spike on, so that inhibition cannot move it.
  EXPECT_NEAR(change(post + 100), 0.01 + 0.4 * std::exp(-100 * 1e-4 / 0.03) + 0.02, 1e-13);
  EXPECT_NEAR(change(post + 1), 0.01 + 0.4 * std::exp(-1e-4 / 0.03) + 0.02, 1e-13);
  EXPECT_NEAR(change(post), 0.01 + 0.02, 1e-13) << "spikes of the same step do not interact";
  EXPECT_NEAR(change(post - 1), 0.01 + 0.02 + 0.3 * std::exp(-1e-4 / 0.01), 1e-13);
}

TEST(SpikingNeuron, solves_the_membrane_equation_exactly_for_a_single_synaptic_spike) {
  // With conductances far below the leak, V follows the difference of two exponentials; the step's error is of first
  // order in dt because the conductance is held during a step.
  Wiring wiring{.inhibitory = test::six_parameters(0, 10)};
  SpikingTrial trial{.excitation = {at_steps({0}, 200), {0.02}}, .inhibition = {at_steps({}, 200), {0.0}}};
  const std::vector<std::vector<double>> candidates{SixParameters{}.values()};
  // V at its peak, from V > threshold at a threshold just below and just above the analytic value.
  const double tau_m = 0.02, tau_e = 0.005, jump = 0.014 * 0.02 * 0.06;
  const double peak_time = std::log(tau_m / tau_e) / (1 / tau_e - 1 / tau_m);
  const double peak = jump * tau_e / (tau_m - tau_e) * (std::exp(-peak_time / tau_m) - std::exp(-peak_time / tau_e));
  for (const double factor : {0.98, 1.02}) {
    wiring.neuron.threshold.value = -0.06 + factor * peak;
    EXPECT_EQ(simulate<double>(wiring, trial, candidates)[0].spikes.empty(), factor > 1) << factor;
  }
}

TEST(SpikingNeuron, rests_for_the_refractory_period) {
  Wiring wiring{.inhibitory = test::six_parameters(0, 10)};
  std::vector<std::size_t> always(2000);
  for (std::size_t t = 0; t < always.size(); ++t) always[t] = t;
  const SpikingTrial trial{.excitation = {at_steps(always, 2000), {1e4}}, .inhibition = {at_steps({}, 2000), {0.0}}};
  for (const double refractory : {0.005, 0.0012, 0.0}) {
    wiring.neuron.refractory.value = refractory;
    const auto life = simulate<float>(wiring, trial, std::vector<std::vector<double>>{SixParameters{}.values()})[0];
    ASSERT_GT(life.spikes.size(), 2U);
    const auto gap = static_cast<std::uint32_t>(std::max(std::lround(refractory / 1e-4), 1L));
    for (std::size_t i = 1; i < life.spikes.size(); ++i) ASSERT_EQ(life.spikes[i] - life.spikes[i - 1], gap);
  }
}

TEST(SpikingNeuron, weights_stay_within_their_bounds) {
  const SpikingTrial trial{.excitation = {test::random_spikes(20, 3000, 0.01, 1), std::vector<double>(20, 0.9)},
                           .inhibition = {test::random_spikes(10, 3000, 0.01, 2), std::vector<double>(10, 0.3)}};
  Wiring wiring{.excitatory = test::six_parameters(0.2, 30), .inhibitory = test::six_parameters(0.1, 0.4)};
  std::vector<double> values = SixParameters{.eta = 1, .alpha = 5}.values();
  const std::vector<double> falling = SixParameters{.eta = 1, .alpha = -5}.values();
  values.insert(values.end(), falling.begin(), falling.end());
  const auto life = simulate<double>(wiring, trial, std::span(&values, 1))[0];
  EXPECT_EQ(life.excitation, std::vector<double>(20, 30.0));
  EXPECT_EQ(life.inhibition, std::vector<double>(10, 0.1));
  EXPECT_FALSE(life.spikes.empty());
}

TEST(SpikingNeuron, without_any_input_is_silent) {
  const Wiring wiring{.inhibitory = test::six_parameters(0, 10)};
  const SpikingTrial trial{.excitation = {test::random_spikes(3, 60000, 0, 1), std::vector<double>(3, 1.0)},
                           .inhibition = {test::random_spikes(3, 60000, 0, 1), std::vector<double>(3, 1.0)}};
  const std::vector<std::vector<double>> candidates{SixParameters{.eta = 1, .alpha = 1, .beta = 1}.values()};
  const auto life = simulate<float>(wiring, trial, candidates)[0];
  EXPECT_TRUE(life.spikes.empty());
  EXPECT_EQ(life.inhibition, std::vector<double>(3, 1.0));
  const auto limited = simulate<float>(wiring, trial, candidates, RateLimits{.initial = {10}})[0];
  EXPECT_EQ(limited.ending, Ending::silent);
  EXPECT_NEAR(static_cast<double>(limited.end) * 1e-4, std::log(10 / 0.1), 0.05) << "10 Hz decay to 0.1 Hz";
  const SpikingTrial nothing{};
  EXPECT_TRUE(simulate<float>(wiring, nothing, candidates)[0].spikes.empty());
}

TEST(SpikingNeuron, ends_early_lane_by_lane) {
  const SpikingTrial trial{.excitation = {test::random_spikes(100, 30000, 0.004, 1), std::vector<double>(100, 1.5)},
                           .inhibition = {test::random_spikes(20, 30000, 0.01, 2), std::vector<double>(20, 0.5)}};
  const Wiring wiring{.inhibitory = test::six_parameters(0, 100)};
  const RateLimits limits{.lowest = {1}, .highest = {100}, .initial = {20}, .time_constant = {0.5}};
  const std::vector<std::vector<double>> candidates{
      SixParameters{}.values(),                           // nothing changes
      SixParameters{.eta = 1, .alpha = 5}.values(),       // inhibition grows: silent
      SixParameters{.eta = 1, .alpha = -1}.values(),      // inhibition vanishes: blown up, with this drive
      SixParameters{.eta = 1, .alpha = 1e300}.values()};  // beyond float
  const auto free = simulate<float>(wiring, trial, candidates);
  ASSERT_GT(free[2].spikes.size(), 30U);
  RateLimits tight = limits;
  tight.highest.value = 0.8 * static_cast<double>(free[2].spikes.size()) / 3;
  const auto lives = simulate<float>(wiring, trial, candidates, tight);
  EXPECT_EQ(lives[1].ending, Ending::silent);
  EXPECT_EQ(lives[2].ending, Ending::blown_up);
  EXPECT_LT(lives[1].end, trial.steps());
  EXPECT_LT(lives[2].end, trial.steps());
  for (const std::size_t lane : {1UL, 2UL}) {
    EXPECT_TRUE(lives[lane].spikes.empty() || lives[lane].spikes.back() < lives[lane].end);
    EXPECT_TRUE(std::equal(lives[lane].spikes.begin(), lives[lane].spikes.end(), free[lane].spikes.begin()));
  }
  EXPECT_EQ(lives[0].spikes, free[0].spikes) << "the others go on";
  EXPECT_EQ(lives[0].ending, Ending::finished);
}

/// Lazy updates are eager ones summed in another order. A lifetime of 20 s with both populations plastic, whose rules
/// make the neuron fire at rates from about 1 to 50 Hz and drive weights against their bounds.
class LazyUpdates : public testing::Test {
 protected:
  static constexpr double seconds = 20, most_excitation = 3, most_inhibition = 0.6;

  LazyUpdates() {
    for (const double tau : {0.005, 0.0106, 0.022, 0.047, 0.1}) {
      const SixParameters excitatory{
          .eta = 0.02, .alpha = 0.1, .beta = -0.05, .gamma = -2, .kappa = 1, .tau_pre = tau, .tau_post = 0.02};
      const SixParameters inhibitory{
          .eta = 0.02, .alpha = -20 * tau, .beta = 0.1, .gamma = 1, .kappa = 1, .tau_pre = tau, .tau_post = tau};
      candidates_.push_back(excitatory.values());
      const std::vector<double> own = inhibitory.values();
      candidates_.back().insert(candidates_.back().end(), own.begin(), own.end());
    }
  }

  template <class T>
  [[nodiscard]] std::vector<SpikingLife> lives(Updates updates) const {
    Wiring wiring{.excitatory = test::six_parameters(0, most_excitation),
                  .inhibitory = test::six_parameters(0, most_inhibition)};
    wiring.neuron.clamp = Clamp::at_read;
    wiring.neuron.updates = updates;
    return simulate<T>(wiring, trial_, candidates_);
  }

  static constexpr std::size_t steps = 200000;
  const SpikingTrial trial_{
      .excitation = {test::random_spikes(200, steps, 0.002, 1), test::uniform_between(200, 0.44, 0.88, 1)},
      .inhibition = {test::random_spikes(40, steps, 0.002, 2), test::uniform_between(40, 0, 0.5, 2)}};
  std::vector<std::vector<double>> candidates_;
};

TEST_F(LazyUpdates, are_tried_at_1_and_10_and_50_hertz_and_at_the_bounds) {
  std::vector<double> rates;
  std::ptrdiff_t excitatory = 0, inhibitory = 0;
  for (const SpikingLife& life : lives<double>(Updates::lazy)) {
    rates.push_back(static_cast<double>(life.spikes.size()) / seconds);
    excitatory += std::ranges::count(life.excitation, most_excitation) + std::ranges::count(life.excitation, 0.0);
    inhibitory += std::ranges::count(life.inhibition, most_inhibition) + std::ranges::count(life.inhibition, 0.0);
  }
  for (const double wanted : {1.0, 10.0, 50.0}) {
    EXPECT_TRUE(std::ranges::any_of(rates, [&](double rate) { return std::abs(rate / wanted - 1) < 0.35; })) << wanted;
  }
  EXPECT_GT(excitatory, 10);
  EXPECT_GT(inhibitory, 40);
}

TEST_F(LazyUpdates, equal_eager_ones_to_rounding_in_double) {
  const auto eager = lives<double>(Updates::eager), lazy = lives<double>(Updates::lazy);
  for (std::size_t i = 0; i < eager.size(); ++i) {
    EXPECT_EQ(lazy[i].spikes, eager[i].spikes);
    EXPECT_LE(distance(lazy[i].excitation, eager[i].excitation), 1e-12);
    EXPECT_LE(distance(lazy[i].inhibition, eager[i].inhibition), 1e-12);
  }
}

/// As long as no voltage comes within rounding of the threshold, which it does not in these lifetimes.
TEST_F(LazyUpdates, equal_eager_ones_to_rounding_in_float) {
  const auto eager = lives<float>(Updates::eager), lazy = lives<float>(Updates::lazy);
  for (std::size_t i = 0; i < eager.size(); ++i) {
    EXPECT_EQ(lazy[i].spikes, eager[i].spikes);
    EXPECT_LE(distance(lazy[i].excitation, eager[i].excitation), 1e-5);
    EXPECT_LE(distance(lazy[i].inhibition, eager[i].inhibition), 1e-5);
  }
}

}  // namespace
}  // namespace carve::network
