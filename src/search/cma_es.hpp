// CMA-ES as a search: bounds, restarts, noise, and a state that saves and loads to the bit.
#pragma once

#include <cstdint>
#include <memory>

#include "carve/search/cma_constants.hpp"
#include "carve/search/optimiser.hpp"
#include "carve/search/restarts.hpp"

namespace carve::search {

/// What a user may set; names and ranges are in cma_es.cpp.
struct CmaOptions {
  std::int64_t population = 0;  ///< 0: 4 + floor(3 ln n)
  double sigma = 0.1;           ///< standard deviation of the first steps
  bool active = true;
  Covariance covariance = Covariance::full;
  Restarts restarts = Restarts::none;
  std::int64_t max_restarts = 9;  ///< runs of doubled population
  double tolerance_loss = 1e-12;
  double tolerance_step = 1e-12;
  bool noise_handling = false;
  double max_effort = 10;
};

/// Needs at least one coordinate, each with lower <= upper, finite initial and scale > 0; population 0 or >= 2.
[[nodiscard]] std::unique_ptr<Optimiser> make_cma_es(const CmaOptions& options, const Problem& problem);

/// `method = "cma-es"`.
extern const Search cma_es;

}  // namespace carve::search
