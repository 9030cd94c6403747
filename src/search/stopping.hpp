// When a run of CMA-ES has nothing more to find (Hansen, arXiv 1604.00772v2, appendix B.3).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "carve/search/cma_constants.hpp"
#include "carve/search/cma_distribution.hpp"

namespace carve::search {

enum class Stop : std::uint64_t {
  none,
  flat_losses,
  equal_losses,
  small_steps,
  diverging,
  stagnation,
  ill_conditioned,
  no_effect,
  budget,
  failing,
};
inline constexpr Stop last_stop = Stop::failing;

/// For people: "all recent losses are equal".
[[nodiscard]] std::string_view describe(Stop stop);

/// The best and the median loss of each of the last generations of a run; plain data.
struct LossHistory {
  std::vector<double> best;
  std::vector<double> median;

  /// `ranked` from best to worst. Keeps as many generations as the criteria look at.
  void record(std::span<const double> ranked, const CmaConstants& constants, std::uint64_t generation);
};

struct Tolerances {
  double loss = 0;  ///< range of losses below which they count as equal; 0: never
  double step = 0;  ///< steps below this share of the first ones end a run; 0: never
};

/// Checked after each update. `scales` are the coordinates' first steps, `first_sigma` the run's.
[[nodiscard]] Stop why_stop(const CmaDistribution& distribution, const LossHistory& history,
                            std::span<const double> last_ranked, const CmaConstants& constants,
                            const Tolerances& tolerances, std::span<const double> scales, double first_sigma);

}  // namespace carve::search
