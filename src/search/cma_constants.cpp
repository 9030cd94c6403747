#include "carve/search/cma_constants.hpp"

#include <algorithm>
#include <cmath>

#include "carve/base/scalar_math.hpp"

namespace carve::search {

std::size_t default_population(std::size_t dimension) {
  return 4 + static_cast<std::size_t>(3 * base::log(static_cast<double>(dimension)));
}

CmaConstants cma_constants(std::size_t dimension, std::size_t population, Covariance covariance, bool active) {
  CmaConstants made;
  made.dimension = dimension;
  made.population = population;
  made.parents = population / 2;
  const double n = static_cast<double>(dimension);
  const double lambda = static_cast<double>(population);

  // Eq. 49: w'_i = ln((lambda + 1) / 2) - ln i; the first mu are positive.
  double sums[2] = {0, 0}, squares[2] = {0, 0};  // of the positive weights, of the others
  for (std::size_t i = 0; i < population; ++i) {
    const double weight = base::log((lambda + 1) / 2) - base::log(static_cast<double>(i + 1));
    made.weights.push_back(weight);
    sums[i >= made.parents] += weight;
    squares[i >= made.parents] += weight * weight;
  }
  const double mu_eff = made.mu_eff = sums[0] * sums[0] / squares[0];
  const double mu_eff_minus = squares[1] > 0 ? sums[1] * sums[1] / squares[1] : 0;

  // Eqs. 55 to 58, but for two choices (docs/decisions/0003-cholesky-in-cma-es.md): alpha_cov = 3 instead of 2, and
  // c_sigma with n / 2 instead of n. A diagonal has n instead of n (n + 1) / 2 numbers to learn: faster by (n + 2) / 3
  // (Ros & Hansen 2008).
  constexpr double alpha_cov = 3;
  const double rate = alpha_cov * (covariance == Covariance::diagonal ? (n + 2) / 3 : 1);
  made.c_sigma = (mu_eff + 2) / (n / 2 + mu_eff + 5);
  made.d_sigma = 1 + 2 * std::max(0.0, std::sqrt((mu_eff - 1) / (n + 1)) - 1) + made.c_sigma;
  made.c_c = (4 + mu_eff / n) / (n + 4 + 2 * mu_eff / n);
  made.c_1 = std::min(0.5, rate / ((n + 1.3) * (n + 1.3) + mu_eff));
  made.c_mu =
      std::min(1 - made.c_1, rate * (0.25 + mu_eff + 1 / mu_eff - 2) / ((n + 2) * (n + 2) + alpha_cov * mu_eff / 2));
  made.chi = std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));

  // Eqs. 50 to 53: the positive weights sum to 1, the others to at most what keeps C positive definite.
  double negative = 0;
  if (active && made.c_mu > 0) {
    negative = std::min(
        {1 + made.c_1 / made.c_mu, 1 + 2 * mu_eff_minus / (mu_eff + 2), (1 - made.c_1 - made.c_mu) / (n * made.c_mu)});
  }
  for (std::size_t i = 0; i < population; ++i) {
    double& weight = made.weights[i];
    if (i < made.parents) weight /= sums[0];
    else weight = sums[1] < 0 ? std::max(0.0, negative) * weight / -sums[1] : 0;
    made.weight_sum += weight;
  }
  return made;
}

}  // namespace carve::search
