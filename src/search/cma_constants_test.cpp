#include "carve/search/cma_constants.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace carve::search {
namespace {

// Computed apart, in Python, from Table 1 of the tutorial with alpha_cov = 3 and c_sigma with n / 2.
TEST(CmaConstants, agree_with_the_tutorial) {
  const struct {
    std::size_t dimension, population;
    bool diagonal;
    double mu_eff, c_sigma, d_sigma, c_c, c_1, c_mu, first_weight, last_weight;
  } known[] = {
      {27, 13, false, 3.98086917295399, 0.266042612807399, 1.2660426128074, 0.132527739530747, 0.00372730597528353,
       0.00879157505577794, 0.381834789060088, -0.374855869607321},
      {10, 10, false, 3.1672992814107, 0.392434254813801, 1.3924342548138, 0.294990383035622, 0.0229257367871276,
       0.0349515554828733, 0.456272646903406, -0.552078089204935},
      {27, 64, false, 17.6216524068557, 0.543210265849621, 1.54321026584962, 0.144021343257757, 0.00366518911634113,
       0.0550880944629559, 0.116656804379777, -0.0351194277963229},
      {10, 300, false, 78.0309844473741, 0.909122906551358, 5.2016900598119, 0.398669862556156, 0.0145828584675446,
       0.876784098092738, 0.0340913480364629, -0.000147891207740813},
      {27, 13, true, 3.98086917295399, 0.266042612807399, 1.2660426128074, 0.132527739530747, 0.0360306244277408,
       0.0849852255391868, 0.381834789060088, -0.100841509916614},
      {2, 6, false, 2.02861146461006, 0.501781843892694, 1.50178184389269, 0.624554539026826, 0.23222309984462,
       0.121550622877469, 0.637042571241217, -1.15598177815892},
  };
  for (const auto& each : known) {
    SCOPED_TRACE(testing::Message() << each.dimension << " " << each.population);
    const Covariance shape = each.diagonal ? Covariance::diagonal : Covariance::full;
    const CmaConstants made = cma_constants(each.dimension, each.population, shape, true);
    EXPECT_NEAR(made.mu_eff, each.mu_eff, 1e-12 * each.mu_eff);
    EXPECT_NEAR(made.c_sigma, each.c_sigma, 1e-13);
    EXPECT_NEAR(made.d_sigma, each.d_sigma, 1e-12);
    EXPECT_NEAR(made.c_c, each.c_c, 1e-13);
    EXPECT_NEAR(made.c_1, each.c_1, 1e-13);
    EXPECT_NEAR(made.c_mu, each.c_mu, 1e-13);
    EXPECT_NEAR(made.weights.front(), each.first_weight, 1e-12);
    EXPECT_NEAR(made.weights.back(), each.last_weight, 1e-12);
  }
}

TEST(CmaConstants, default_population_is_that_of_equation_48) {
  EXPECT_EQ(default_population(1), 4u);
  EXPECT_EQ(default_population(10), 10u);
  EXPECT_EQ(default_population(27), 13u);
  EXPECT_EQ(default_population(54), 15u);
  EXPECT_EQ(default_population(1000), 24u);
}

RC_GTEST_PROP(CmaConstants, keep_the_covariance_positive_definite, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(1, 400);
  const auto lambda = *rc::gen::inRange<std::size_t>(2, 500);
  const bool active = *rc::gen::arbitrary<bool>();
  const Covariance shape = *rc::gen::element(Covariance::full, Covariance::diagonal);
  const CmaConstants made = cma_constants(n, lambda, shape, active);
  double positive = 0, negative = 0;
  for (const double weight : made.weights) (weight > 0 ? positive : negative) += weight;
  RC_ASSERT(std::abs(positive - 1) < 1e-12);
  RC_ASSERT(active || negative == 0);
  RC_ASSERT(std::is_sorted(made.weights.rbegin(), made.weights.rend()));
  RC_ASSERT(made.c_sigma > 0 && made.c_sigma < 1 && made.c_c > 0 && made.c_c <= 1);
  RC_ASSERT(made.c_1 > 0 && made.c_mu >= 0 && made.c_1 + made.c_mu <= 1);
  // What is left of C, less the most that the negative weights can take away (each sample is shortened to sqrt(n)).
  const double keep = 1 - made.c_1 - made.c_mu * made.weight_sum;
  RC_ASSERT(keep + made.c_mu * negative * static_cast<double>(n) >= -1e-12);
}

}  // namespace
}  // namespace carve::search
