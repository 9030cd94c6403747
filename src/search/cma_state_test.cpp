#include "carve/search/cma_state.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/base/bytes.hpp"
#include "carve/search/test_problems.hpp"

namespace carve::search {
namespace {

using namespace test;

const CmaOptions options_with_restarts{.sigma = 1, .restarts = Restarts::bipop, .max_restarts = 16};

RC_GTEST_PROP(CmaState, a_search_resumed_anywhere_goes_on_to_the_same_bits, ()) {
  CmaOptions options = options_with_restarts;
  options.covariance = *rc::gen::element(Covariance::full, Covariance::diagonal);
  options.noise_handling = *rc::gen::arbitrary<bool>();
  const Problem wanted = problem(*rc::gen::inRange<std::size_t>(1, 6), 2, *rc::gen::inRange<std::uint64_t>(0, 1000));
  const auto before = make_cma_es(options, wanted), after = make_cma_es(options, wanted);
  const int pause = *rc::gen::inRange(0, 600);
  const auto generation = [&](Optimiser& search) {
    const std::vector<double> losses = evaluate(search.ask(), rastrigin);
    const std::vector<double> repeated = evaluate(search.ask(), [](auto x) { return rastrigin(x) + x[0]; });
    search.tell(losses, options.noise_handling ? repeated : std::vector<double>{});
  };
  for (int i = 0; i < pause; ++i) generation(*before);
  const std::string state = before->save();
  RC_ASSERT(after->load(state));
  RC_ASSERT(after->save() == state);
  for (int i = 0; i < 100; ++i) {
    RC_ASSERT(after->ask().values == before->ask().values);
    generation(*before);
    generation(*after);
  }
  RC_ASSERT(after->save() == before->save());
  RC_ASSERT(after->best_guess() == before->best_guess());
}

TEST(CmaState, belongs_to_one_problem_and_one_set_of_options) {
  const auto search = make_cma_es(options_with_restarts, problem(3, 2, 1));
  (void)step(*search, sphere);
  const std::string state = search->save();
  EXPECT_FALSE(make_cma_es(options_with_restarts, problem(4, 2, 1))->load(state));
  EXPECT_FALSE(make_cma_es(options_with_restarts, problem(3, 1, 1))->load(state));
  EXPECT_FALSE(make_cma_es(options_with_restarts, problem(3, 2, 7))->load(state));
  EXPECT_FALSE(make_cma_es({.sigma = 1}, problem(3, 2, 1))->load(state));
  EXPECT_TRUE(make_cma_es(options_with_restarts, problem(3, 2, 1))->load(state));
}

RC_GTEST_PROP(CmaState, refuses_damaged_bytes_and_stays_as_it_was, ()) {
  const auto search = make_cma_es(options_with_restarts, problem(3, 2));
  for (int i = 0; i < 20; ++i) (void)step(*search, sphere);
  const std::string before = search->save();
  std::string damaged = before;
  switch (*rc::gen::inRange(0, 4)) {
    case 0: damaged.resize(*rc::gen::inRange<std::size_t>(0, before.size())); break;
    case 1: damaged += *rc::gen::nonEmpty<std::string>(); break;
    case 2: damaged = *rc::gen::arbitrary<std::string>(); break;
    default: {
      char& byte = damaged[*rc::gen::inRange<std::size_t>(0, before.size())];
      byte = static_cast<char>(byte ^ *rc::gen::inRange(1, 256));
    }
  }
  RC_ASSERT(!search->load(damaged));
  RC_ASSERT(search->save() == before);
}

// Behind a good checksum too: a state is refused, or it is one that a search can go on from.
RC_GTEST_PROP(CmaState, survives_forged_bytes, ()) {
  const auto search = make_cma_es(options_with_restarts, problem(2, 2));
  for (int i = 0; i < 20; ++i) (void)step(*search, sphere);
  std::string forged = search->save();
  forged.resize(forged.size() - 8);
  const std::size_t header = 8 + 14 + 8;
  const auto at = header + 8 * *rc::gen::inRange<std::size_t>(0, (forged.size() - header) / 8);
  for (std::size_t i = 0; i < 8; ++i) forged[at + i] = *rc::gen::element<char>(0, 1, 63, 64, 127, -1, -128);
  const std::uint64_t sum = base::checksum(forged);
  for (int shift = 0; shift < 64; shift += 8) forged += static_cast<char>(static_cast<unsigned char>(sum >> shift));
  if (!search->load(forged)) return;
  for (int i = 0; i < 3 && search->ask().count() < 100'000; ++i) (void)step(*search, sphere);
}

// The same bits whatever the compiler, its flags and the machine. To be replaced when the algorithm changes on purpose.
TEST(CmaState, has_the_same_bits_everywhere) {
  const auto search = make_cma_es({.sigma = 1, .restarts = Restarts::bipop}, problem(7, 2));
  for (int i = 0; i < 500; ++i) {
    (void)step(*search, [](std::span<const double> x) {  // without library functions
      double sum = 0;
      for (const double each : x)
        sum += each * each + (each - static_cast<double>(static_cast<int>(each * 3)) / 3 > 0.2);
      return sum;
    });
  }
  EXPECT_EQ(base::checksum(search->save()), 16520689533329322087u);
}

}  // namespace
}  // namespace carve::search
