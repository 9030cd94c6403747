// Random search: the floor below which no method should fall.
#pragma once

#include <cstdint>
#include <memory>

#include "carve/search/optimiser.hpp"

namespace carve::search {

struct RandomOptions {
  std::int64_t population = 64;
  double spread = 1;  ///< standard deviation of coordinates without bounds, times their scale
};

/// Uniform where both bounds are finite; elsewhere normal around the initial point, clipped to the bound there is.
[[nodiscard]] std::unique_ptr<Optimiser> make_random(const RandomOptions& options, const Problem& problem);

/// `method = "random"`.
extern const Search random_search;

}  // namespace carve::search
