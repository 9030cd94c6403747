// What holds for each search in the list, alone and as several starts.
#include <cmath>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/base/bytes.hpp"
#include "carve/search/multi_start.hpp"
#include "carve/search/test_problems.hpp"

namespace carve::search {
namespace {

using namespace test;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

using Keys = std::vector<std::pair<std::string, base::Value>>;

std::unique_ptr<Optimiser> make(const Search& search, const Keys& keys, const Problem& problem) {
  base::Table table, resolved;
  table.set("method", base::write_value(search.name));
  for (const auto& [key, value] : keys) table.set(key, value);
  base::Diagnostics diagnostics;
  auto made = search.make(table, {}, problem, resolved, diagnostics);
  EXPECT_TRUE(made) << diagnostics.render();
  return made;
}

const Search& any_search() { return **rc::gen::elementOf(searches()); }

/// Settings other than the defaults, where the search has them.
Keys any_keys(const Search& search) {
  const Keys candidates = {{"optimiser", base::write_value(std::string("sgd"))},
                           {"differences", base::write_value(std::string("forward"))},
                           {"largest_step", base::write_value(5.0)},
                           {"half_life", base::write_value(20.0)},
                           {"covariance", base::write_value(std::string("diagonal"))},
                           {"restarts", base::write_value(std::string("bipop"))},
                           {"population", base::write_value(std::int64_t{9})}};
  Keys chosen;
  for (const auto& each : candidates) {
    const bool known = std::any_of(search.fields.begin(), search.fields.end(),
                                   [&](const base::FieldInfo& field) { return field.name == each.first; });
    if (known && *rc::gen::arbitrary<bool>()) chosen.push_back(each);
  }
  return chosen;
}

Problem any_problem() {
  Problem made = problem(*rc::gen::inRange<std::size_t>(1, 5), 1.5, *rc::gen::inRange<std::uint64_t>(0, 1000));
  made.l1 = *rc::gen::element(0.0, 0.1);
  for (Coordinate& each : made.coordinates) {
    each.penalised = *rc::gen::arbitrary<bool>();
    each.scale = *rc::gen::element(1.0, 0.2);
    if (*rc::gen::arbitrary<bool>()) each.lower = -1;
    if (*rc::gen::arbitrary<bool>()) each.upper = 2;
  }
  return made;
}

std::unique_ptr<Optimiser> any_starts(const Search& search, const Keys& keys, const Problem& of, std::size_t starts) {
  return make_multi_start([&](const Problem& each) { return make(search, keys, each); }, of, starts, 0.7);
}

/// A sphere that now and then has no value, and shows some noise.
double rough(std::span<const double> x) {
  const double value = sphere(x);
  return x[0] > 1.7 ? nan : value + 0.1 * std::sin(50 * value);
}

RC_GTEST_PROP(EverySearch, resumed_anywhere_goes_on_to_the_same_bits, ()) {
  const Search& search = any_search();
  const Keys keys = any_keys(search);
  const Problem of = any_problem();
  const std::size_t starts = *rc::gen::element<std::size_t>(1, 3);
  const auto before = any_starts(search, keys, of, starts), after = any_starts(search, keys, of, starts);
  const int pause = *rc::gen::inRange(0, 100);
  for (int i = 0; i < pause; ++i) (void)step(*before, of, rough, sphere_gradient);
  if (*rc::gen::arbitrary<bool>()) (void)before->ask();  // asked, not told
  if (*rc::gen::arbitrary<bool>()) (void)step(*after, of, rough, sphere_gradient);
  const std::string state = before->save();
  RC_ASSERT(after->load(state));
  RC_ASSERT(after->save() == state);
  for (int i = 0; i < 30; ++i) {
    RC_ASSERT(after->ask().values == before->ask().values);
    (void)step(*before, of, rough, sphere_gradient);
    (void)step(*after, of, rough, sphere_gradient);
  }
  RC_ASSERT(after->save() == before->save());
  RC_ASSERT(after->best_guess() == before->best_guess());
  RC_ASSERT(after->progress().loss == before->progress().loss);
}

RC_GTEST_PROP(EverySearch, asks_the_same_twice_within_bounds_and_counts, ()) {
  const Search& search = any_search();
  const Problem of = any_problem();
  const auto made = any_starts(search, any_keys(search), of, *rc::gen::element<std::size_t>(1, 2));
  std::uint64_t evaluations = 0;
  const auto inside = [&](std::span<const double> x) {
    for (std::size_t i = 0; i < x.size(); ++i)
      RC_ASSERT(x[i] >= of.coordinates[i].lower && x[i] <= of.coordinates[i].upper && std::isfinite(x[i]));
  };
  for (std::uint64_t generation = 0; generation < 40; ++generation) {
    RC_ASSERT(made->progress().generation == generation);
    RC_ASSERT(made->progress().evaluations == evaluations);
    const Candidates asked = made->ask();
    RC_ASSERT(asked.dimension == of.coordinates.size() && asked.count() > 0);
    RC_ASSERT(asked.values == made->ask().values);
    for (std::size_t k = 0; k < asked.count(); ++k) inside(asked[k]);
    inside(made->best_guess());
    RC_ASSERT(made->effort() >= 1);
    evaluations += asked.count();
    (void)step(*made, of, rough, sphere_gradient);
  }
}

TEST(EverySearch, improves_on_a_sphere) {
  for (const Search* search : searches()) {
    const Problem of = problem(3, 1);
    const auto made = make(*search, {}, of);
    for (int i = 0; i < 300; ++i) (void)step(*made, of, sphere, sphere_gradient);
    EXPECT_LT(sphere(made->best_guess()), 0.1) << search->name;
    EXPECT_NEAR(made->progress().loss, sphere(made->best_guess()), 0.1) << search->name;
  }
}

TEST(EverySearch, survives_nonsense) {
  const std::vector<Function> nonsense = {[](auto) { return nan; },
                                          [](auto) { return infinity; },
                                          [](auto) { return -infinity; },
                                          [](auto) { return 1.0; },
                                          [](std::span<const double> x) { return -x[0]; },
                                          [](std::span<const double> x) { return -std::exp(std::abs(x[0])); },
                                          [](std::span<const double> x) { return std::floor(x[0]); },
                                          [](std::span<const double> x) { return x[0] > 0 ? nan : 1e308 * x[1]; }};
  const std::vector<Gradient> slopes = {sphere_gradient,
                                        [](auto) {
                                          return std::vector{nan, 1.0};
                                        },
                                        [](auto) {
                                          return std::vector{1e308, -1e308};
                                        },
                                        [](auto) {
                                          return std::vector{0.0, 0.0};
                                        }};
  for (const Search* search : searches()) {
    for (const Function& function : nonsense) {
      for (const Gradient& gradient : slopes) {
        const Problem of = problem(2, 0.5);
        const auto made = make(*search, {}, of);
        for (int generation = 0; generation < 300; ++generation) {
          for (const double x : made->ask().values) ASSERT_TRUE(std::isfinite(x)) << search->name;
          (void)step(*made, of, function, gradient);
        }
        for (const double x : made->best_guess()) EXPECT_TRUE(std::isfinite(x)) << search->name;
        EXPECT_FALSE(std::isnan(made->progress().loss)) << search->name;
        if (!made->wants_gradients()) break;
      }
    }
  }
}

TEST(EverySearch, refuses_a_wrong_number_of_losses) {
  for (const Search* search : searches()) {
    const auto made = make(*search, {}, problem(3, 1));
    const std::size_t count = made->ask().count();
    const std::vector<double> slopes(3 * count);
    const std::string before = made->save();
    EXPECT_THROW(made->tell({}, {}, slopes), std::invalid_argument) << search->name;
    EXPECT_THROW(made->tell(std::vector<double>(count + 1), {}, slopes), std::invalid_argument) << search->name;
    EXPECT_THROW(made->tell(std::vector<double>(count), std::vector<double>(count + 1), slopes), std::invalid_argument);
    EXPECT_EQ(made->save(), before) << search->name;
    made->tell(std::vector<double>(count), std::vector<double>(count), slopes);  // both are fine
  }
}

TEST(EverySearch, owns_its_state) {
  std::vector<std::string> states;
  for (const Search* search : searches()) {
    const auto made = make(*search, {}, problem(3, 1));
    for (const std::string& other : states) EXPECT_FALSE(made->load(other)) << search->name;
    states.push_back(made->save());
    EXPECT_TRUE(made->load(states.back())) << search->name;
    EXPECT_FALSE(make(*search, {}, problem(4, 1))->load(states.back())) << search->name;
    EXPECT_FALSE(make(*search, {}, problem(3, 2))->load(states.back())) << search->name;
    EXPECT_FALSE(make(*search, {}, problem(3, 1, 7))->load(states.back())) << search->name;
  }
}

RC_GTEST_PROP(EverySearch, refuses_damaged_bytes_and_stays_as_it_was, ()) {
  const auto made = any_starts(any_search(), {}, problem(2, 1), *rc::gen::element<std::size_t>(1, 2));
  for (int i = 0; i < 5; ++i) (void)step(*made, problem(2, 1), sphere, sphere_gradient);
  const std::string before = made->save();
  std::string damaged = before;
  if (*rc::gen::arbitrary<bool>()) damaged.resize(*rc::gen::inRange<std::size_t>(0, before.size()));
  else damaged[*rc::gen::inRange<std::size_t>(0, before.size())] ^= static_cast<char>(*rc::gen::inRange(1, 128));
  RC_ASSERT(!made->load(damaged));
  RC_ASSERT(made->save() == before);
}

// Behind a good checksum too: a state is refused, or it is one that a search can go on from.
RC_GTEST_PROP(EverySearch, survives_forged_bytes, ()) {
  const auto made = any_starts(any_search(), {}, problem(2, 1), *rc::gen::element<std::size_t>(1, 2));
  for (int i = 0; i < 5; ++i) (void)step(*made, problem(2, 1), sphere, sphere_gradient);
  std::string forged = made->save();
  forged.resize(forged.size() - 8);
  const auto at = *rc::gen::inRange<std::size_t>(0, forged.size() - 8);
  for (std::size_t i = 0; i < 8; ++i) forged[at + i] = *rc::gen::element<char>(0, 1, 63, 64, 127, -1, -128);
  const std::uint64_t sum = base::checksum(forged);
  for (int shift = 0; shift < 64; shift += 8) forged += static_cast<char>(static_cast<unsigned char>(sum >> shift));
  if (!made->load(forged)) return;
  for (int i = 0; i < 3 && made->ask().count() < 100'000; ++i)
    (void)step(*made, problem(2, 1), sphere, sphere_gradient);
}

}  // namespace
}  // namespace carve::search
