// Descent along gradients measured by moving one coordinate at a time: the founding paper's method.
#pragma once

#include <memory>

#include "carve/search/descent.hpp"

namespace carve::search {

enum class Differences { central, forward };

struct FiniteDifferencesOptions : DescentOptions {
  Differences differences = Differences::central;
  double step = 0.01;       ///< of each coordinate, times its scale
  double largest_step = 0;  ///< to which steps grow that change no loss; 0: they do not
};

/// Asks, in one generation, the position and then each coordinate's neighbours: 1 + 2 n candidates, or 1 + n.
///
/// Spikes come or do not, so that a small change of a rule may change none and its slope is zero wherever it is
/// measured. With a largest_step, a coordinate's step doubles after each generation in which no neighbour's loss
/// differed from the position's by more than rounding, until one does. Its step then stays: what was too small once may
/// be again.
[[nodiscard]] std::unique_ptr<Optimiser> make_finite_differences(const FiniteDifferencesOptions& options,
                                                                 const Problem& problem);

/// `method = "finite_differences"`.
extern const Search finite_differences;

}  // namespace carve::search
