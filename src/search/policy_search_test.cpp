#include "carve/search/policy_search.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/base/bytes.hpp"
#include "carve/search/test_problems.hpp"
#include "carve/search/triangle.hpp"

namespace carve::search {
namespace {

using namespace test;

TEST(PolicySearch, solves_standard_functions_to_1e_8) {
  for (const std::size_t n : {2u, 10u}) {
    const std::uint64_t budget = 2000 * n;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      EXPECT_LT(evaluations_to(*make_policy_search({.sigma = 1}, problem(n, 1, seed)), sphere, 1e-8, budget), budget);
      EXPECT_LT(evaluations_to(*make_policy_search({.sigma = 1}, problem(n, 1, seed)), ellipsoid, 1e-8, budget),
                budget);
      EXPECT_LT(evaluations_to(*make_policy_search({.sigma = 0.1}, problem(n, 0, seed)), rosenbrock, 1e-8, budget),
                budget);
    }
  }
  EXPECT_LT(evaluations_to(*make_policy_search({.sigma = 1}, problem(1, 1)), sphere, 1e-8, 2000), 2000u);
}

struct Gaussian {
  std::vector<double> mean;
  Triangle factor;
};

/// The state's first numbers.
Gaussian gaussian_of(const Optimiser& search) {
  const std::string state = search.save();
  base::ByteReader reader(state);
  std::string name;
  std::uint64_t owner = 0;
  Gaussian made;
  reader.get(name), reader.get(owner), reader.get(made.mean), reader.get(made.factor.values);
  made.factor.size = made.mean.size();
  return made;
}

/// A^-1 v for a lower triangle.
std::vector<double> solve(const Triangle& factor, std::vector<double> v) {
  for (std::size_t j = 0; j < factor.size; ++j) {
    v[j] /= factor.diagonal(j);
    for (std::size_t i = j + 1; i < factor.size; ++i) v[i] -= factor.column(j)[i - j] * v[j];
  }
  return v;
}

/// KL between gaussians of the old covariance that differ in the mean.
double mean_divergence(const Gaussian& old, const Gaussian& now) {
  std::vector<double> shift = now.mean;
  for (std::size_t i = 0; i < shift.size(); ++i) shift[i] -= old.mean[i];
  const std::vector<double> z = solve(old.factor, shift);
  return 0.5 * dot(z.size(), z.data(), z.data());
}

/// KL(N(0, C_old) || N(0, C_new)) = (tr(C_new^-1 C_old) - n + ln det C_new / det C_old) / 2.
double covariance_divergence(const Gaussian& old, const Gaussian& now) {
  const std::size_t n = old.mean.size();
  double trace = 0, logarithms = 0;
  for (std::size_t j = 0; j < n; ++j) {
    std::vector<double> column(n);
    for (std::size_t i = j; i < n; ++i) column[i] = old.factor.column(j)[i - j];
    const std::vector<double> solved = solve(now.factor, column);
    trace += dot(n, solved.data(), solved.data());
    logarithms += 2 * std::log(now.factor.diagonal(j) / old.factor.diagonal(j));
  }
  return 0.5 * (trace - static_cast<double>(n) + logarithms);
}

RC_GTEST_PROP(PolicySearch, successive_gaussians_are_within_the_bounds, ()) {
  const PolicyOptions options{.population = *rc::gen::inRange(2, 30),
                              .sigma = 0.5,
                              .sample_bound = *rc::gen::element(0.1, 1.0, 5.0),
                              .mean_bound = *rc::gen::element(1e-3, 0.1, 2.0),
                              .covariance_bound = *rc::gen::element(1e-4, 0.02, 0.5)};
  const Problem wanted = problem(4, 2, *rc::gen::inRange<std::uint64_t>(0, 1000));
  const auto search = make_policy_search(options, wanted);
  const auto& function = *rc::gen::element<Function>(ellipsoid, rosenbrock);
  bool mean_bound_met = false, covariance_bound_met = false;
  for (int i = 0; i < 30; ++i) {
    const Gaussian old = gaussian_of(*search);
    (void)step(*search, function);
    const Gaussian now = gaussian_of(*search);
    const double mean = mean_divergence(old, now), covariance = covariance_divergence(old, now);
    RC_ASSERT(mean <= options.mean_bound * (1 + 1e-6));
    RC_ASSERT(covariance <= options.covariance_bound * (1 + 1e-6) + 1e-12);
    mean_bound_met = mean_bound_met || mean > 0.99 * options.mean_bound;
    covariance_bound_met = covariance_bound_met || covariance > 0.99 * options.covariance_bound;
  }
  if (options.mean_bound < 0.01) RC_ASSERT(mean_bound_met);
  if (options.covariance_bound < 0.01) RC_ASSERT(covariance_bound_met);
}

// A scaled or shifted loss has the same weights, so the search goes the same way.
TEST(PolicySearch, knows_no_unit_of_the_loss) {
  const auto plain = make_policy_search({.tolerance_loss = 0}, problem(4, 1));
  const auto scaled = make_policy_search({.tolerance_loss = 0}, problem(4, 1));
  for (int i = 0; i < 50; ++i) {
    (void)step(*plain, sphere);
    (void)step(*scaled, [](std::span<const double> x) { return 1024 * sphere(x); });
  }
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(plain->best_guess()[i], scaled->best_guess()[i], 1e-6);
}

TEST(PolicySearch, finds_an_optimum_on_a_bound) {
  Problem bounded = problem(4, 0.5);
  for (Coordinate& each : bounded.coordinates) each.lower = -1, each.upper = 1;
  const auto search = make_policy_search({.sigma = 0.3}, bounded);
  for (int generation = 0; generation < 600; ++generation) {
    for (const double x : search->ask().values) ASSERT_TRUE(x >= -1 && x <= 1) << x;
    (void)step(*search, [](std::span<const double> x) {
      double sum = 0;
      for (const double each : x) sum += std::abs(each - 4);
      return sum;
    });
  }
  for (const double x : search->best_guess()) EXPECT_NEAR(x, 1, 1e-6);
}

TEST(PolicySearch, stops_when_there_is_nothing_more_to_find) {
  const auto search = make_policy_search({.sigma = 1}, problem(3, 1));
  for (int i = 0; i < 3000 && search->progress().stopped.empty(); ++i) (void)step(*search, sphere);
  EXPECT_EQ(search->progress().stopped, "the recent losses differ by less than the tolerance");
  EXPECT_LT(sphere(search->best_guess()), 1e-10);
  EXPECT_NEAR(std::log10(search->progress().axis_ratio), 0, 0.5);
}

// The same bits whatever the compiler, its flags and the machine. To be replaced when the algorithm changes on purpose.
TEST(PolicySearch, has_the_same_bits_everywhere) {
  const auto search = make_policy_search({.sigma = 1}, problem(7, 2));
  for (int i = 0; i < 200; ++i) (void)step(*search, sphere);
  EXPECT_EQ(base::checksum(search->save()), 7542392899274992271u);
}

}  // namespace
}  // namespace carve::search
