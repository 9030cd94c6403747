// One run's search distribution N(mean, sigma^2 C): how it is sampled and how it learns from ranked samples.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "carve/search/cma_constants.hpp"
#include "carve/search/triangle.hpp"

namespace carve::search {

/// The adaptive state of one run; plain data, of which everything else can be made again.
struct CmaDistribution {
  std::uint64_t generation = 0;
  double sigma = 1;
  double forgotten = 1;  ///< (1 - c_sigma)^(2 g): what is left of the step-size path's start
  std::vector<double> mean;
  std::vector<double> p_sigma;
  std::vector<double> p_c;
  Triangle covariance;            ///< where full
  std::vector<double> variances;  ///< where diagonal
};

[[nodiscard]] CmaDistribution start(std::vector<double> mean, double sigma, std::span<const double> scales,
                                    Covariance covariance);

/// Variance of coordinate i before the step size.
[[nodiscard]] double variance(const CmaDistribution& distribution, std::size_t i);

/// A with C = A A': lower triangular (Cholesky), or diagonal.
struct CmaFactor {
  Triangle full;
  std::vector<double> diagonal;

  /// False where C is no longer positive definite.
  [[nodiscard]] bool update(const CmaDistribution& distribution);
  /// y = A z.
  void apply(const double* z, double* y) const;
  /// Longest over shortest axis, squared; exact where diagonal, an estimate where full.
  [[nodiscard]] double condition() const;
};

/// One update, Eqs. 41 to 47. `z` and `y` hold population x dimension numbers: the normals drawn and y = A z;
/// `order` ranks the samples, best first.
void learn(CmaDistribution& distribution, const CmaFactor& factor, const CmaConstants& constants,
           std::span<const double> z, std::span<const double> y, std::span<const std::size_t> order);

}  // namespace carve::search
