// The equations are those of Hansen's tutorial (arXiv 1604.00772v2, Fig. 6), but for the factor of C: the Cholesky
// factor A takes the place of B D, and A^-1 y = z that of C^-1/2 y (Krause, Arbones & Igel, NeurIPS 2016).
#include "carve/search/cma_distribution.hpp"

#include <algorithm>
#include <cmath>

#include "carve/base/scalar_math.hpp"

namespace carve::search {
namespace {

double squared_length(std::size_t count, const double* x) { return dot(count, x, x); }

/// C <- keep C + c_1 p_c p_c' + c_mu sum_i w_i y_i y_i' (Eq. 47), one column at a time, two samples per pass.
void update_full(Triangle& covariance, double keep, double c_1, const std::vector<double>& p_c,
                 std::span<const double> scaled_weights, std::span<const double* const> samples) {
  const std::size_t n = covariance.size;
  for (std::size_t j = 0; j < n; ++j) {
    double* __restrict column = covariance.column(j);
    const std::size_t rows = n - j;
    for (std::size_t i = 0; i < rows; ++i) column[i] = keep * column[i] + (c_1 * p_c[j]) * p_c[j + i];
    std::size_t k = 0;
    for (; k + 1 < samples.size(); k += 2) {
      add_scaled(rows, scaled_weights[k] * samples[k][j], samples[k] + j, scaled_weights[k + 1] * samples[k + 1][j],
                 samples[k + 1] + j, column);
    }
    if (k < samples.size()) add_scaled(rows, scaled_weights[k] * samples[k][j], samples[k] + j, column);
  }
}

void update_diagonal(std::vector<double>& variances, double keep, double c_1, const std::vector<double>& p_c,
                     std::span<const double> scaled_weights, std::span<const double* const> samples) {
  for (std::size_t i = 0; i < variances.size(); ++i) variances[i] = keep * variances[i] + c_1 * p_c[i] * p_c[i];
  for (std::size_t k = 0; k < samples.size(); ++k) {
    for (std::size_t i = 0; i < variances.size(); ++i)
      variances[i] += scaled_weights[k] * samples[k][i] * samples[k][i];
  }
}

}  // namespace

CmaDistribution start(std::vector<double> mean, double sigma, std::span<const double> scales, Covariance covariance) {
  CmaDistribution made;
  const std::size_t n = mean.size();
  made.sigma = sigma;
  made.mean = std::move(mean);
  made.p_sigma.assign(n, 0.0);
  made.p_c.assign(n, 0.0);
  if (covariance == Covariance::full) made.covariance = Triangle(n);
  else made.variances.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    (covariance == Covariance::full ? *made.covariance.column(i) : made.variances[i]) = scales[i] * scales[i];
  }
  return made;
}

double variance(const CmaDistribution& distribution, std::size_t i) {
  return distribution.variances.empty() ? distribution.covariance.diagonal(i) : distribution.variances[i];
}

bool CmaFactor::update(const CmaDistribution& distribution) {
  if (distribution.variances.empty()) return cholesky(distribution.covariance, full);
  diagonal.resize(distribution.variances.size());
  for (std::size_t i = 0; i < diagonal.size(); ++i) {
    const double value = distribution.variances[i];
    if (!(value > 0) || !std::isfinite(value)) return false;
    diagonal[i] = std::sqrt(value);
  }
  return true;
}

void CmaFactor::apply(const double* z, double* y) const {
  if (diagonal.empty()) return multiply(full, z, y);
  for (std::size_t i = 0; i < diagonal.size(); ++i) y[i] = diagonal[i] * z[i];
}

double CmaFactor::condition() const {
  if (diagonal.empty()) return estimate_condition(full);
  const auto [low, high] = std::minmax_element(diagonal.begin(), diagonal.end());
  return (*high / *low) * (*high / *low);
}

void learn(CmaDistribution& distribution, const CmaFactor& factor, const CmaConstants& constants,
           std::span<const double> z, std::span<const double> y, std::span<const std::size_t> order) {
  const std::size_t n = constants.dimension;
  const double dimension = static_cast<double>(n);
  const double c_sigma = constants.c_sigma, c_c = constants.c_c;
  const double c_1 = constants.c_1, c_mu = constants.c_mu;

  // Eq. 41 in both spaces: <z>_w and <y>_w = A <z>_w.
  std::vector<double> z_w(n), y_w(n);
  for (std::size_t i = 0; i < constants.parents; ++i) {
    add_scaled(n, constants.weights[i], z.data() + order[i] * n, z_w.data());
  }
  factor.apply(z_w.data(), y_w.data());

  // Eq. 42, c_m = 1.
  add_scaled(n, distribution.sigma, y_w.data(), distribution.mean.data());

  // Eq. 43, 44: cumulative step-size adaptation.
  const double sigma_step = std::sqrt(c_sigma * (2 - c_sigma) * constants.mu_eff);
  for (std::size_t i = 0; i < n; ++i) {
    distribution.p_sigma[i] = (1 - c_sigma) * distribution.p_sigma[i] + sigma_step * z_w[i];
  }
  const double length = std::sqrt(squared_length(n, distribution.p_sigma.data()));
  distribution.sigma *= base::exp(c_sigma / constants.d_sigma * (length / constants.chi - 1));

  // Eq. 45; h_sigma halts the path while the step size grows fast.
  distribution.forgotten *= (1 - c_sigma) * (1 - c_sigma);
  ++distribution.generation;
  const bool h_sigma = length / std::sqrt(1 - distribution.forgotten) < (1.4 + 2 / (dimension + 1)) * constants.chi;
  const double path_step = h_sigma ? std::sqrt(c_c * (2 - c_c) * constants.mu_eff) : 0;
  for (std::size_t i = 0; i < n; ++i) {
    distribution.p_c[i] = (1 - c_c) * distribution.p_c[i] + path_step * y_w[i];
  }

  // Eq. 46: a negative weight acts on a sample shortened to the expected length; |C^-1/2 y| = |z|.
  std::vector<double> scaled_weights;
  std::vector<const double*> samples;
  for (std::size_t i = 0; i < order.size(); ++i) {
    double weight = constants.weights[i];
    if (weight == 0) continue;
    if (weight < 0) weight *= dimension / std::max(squared_length(n, z.data() + order[i] * n), 1e-300);
    scaled_weights.push_back(c_mu * weight);
    samples.push_back(y.data() + order[i] * n);
  }

  // Eq. 47.
  const double lost_path = h_sigma ? 0 : c_c * (2 - c_c);
  const double keep = 1 + c_1 * lost_path - c_1 - c_mu * constants.weight_sum;
  if (distribution.variances.empty()) {
    update_full(distribution.covariance, keep, c_1, distribution.p_c, scaled_weights, samples);
  } else {
    update_diagonal(distribution.variances, keep, c_1, distribution.p_c, scaled_weights, samples);
  }
}

}  // namespace carve::search
