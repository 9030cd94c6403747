// Descent along gradients measured by moving one coordinate at a time: the founding paper's method.
#pragma once

#include <memory>

#include "carve/search/descent.hpp"

namespace carve::search {

enum class Differences { central, forward };

struct FiniteDifferencesOptions : DescentOptions {
  Differences differences = Differences::central;
  double step = 0.01;  ///< of each coordinate, times its scale
};

/// Asks, in one generation, the position and then each coordinate's neighbours: 1 + 2 n candidates, or 1 + n.
[[nodiscard]] std::unique_ptr<Optimiser> make_finite_differences(const FiniteDifferencesOptions& options,
                                                                 const Problem& problem);

/// `method = "finite_differences"`.
extern const Search finite_differences;

}  // namespace carve::search
