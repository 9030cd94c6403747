// The constants of CMA-ES for a dimension and a population (Hansen, arXiv 1604.00772v2, Table 1).
#pragma once

#include <cstddef>
#include <vector>

namespace carve::search {

/// Shape of the covariance matrix: full, or its diagonal alone (sep-CMA-ES, Ros & Hansen 2008).
enum class Covariance { full, diagonal };

struct CmaConstants {
  std::size_t dimension = 0;
  std::size_t population = 0;   ///< lambda
  std::size_t parents = 0;      ///< mu
  std::vector<double> weights;  ///< of the ranked candidates, best first; negative ones only where active
  double weight_sum = 0;
  double mu_eff = 0;
  double c_sigma = 0;
  double d_sigma = 0;
  double c_c = 0;
  double c_1 = 0;
  double c_mu = 0;
  double chi = 0;  ///< expected length of a standard normal vector
};

/// 4 + floor(3 ln n), Eq. 48.
[[nodiscard]] std::size_t default_population(std::size_t dimension);

/// Needs dimension >= 1 and population >= 2.
[[nodiscard]] CmaConstants cma_constants(std::size_t dimension, std::size_t population, Covariance covariance,
                                         bool active);

}  // namespace carve::search
