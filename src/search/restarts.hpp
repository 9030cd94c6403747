// When a run of CMA-ES has stopped: what the next one looks like (IPOP, BIPOP).
#pragma once

#include <cstdint>
#include <string_view>

namespace carve::search {

/// none: the search ends. ipop: each restart doubles the population (Auger & Hansen 2005). bipop: such runs alternate
/// with runs of small populations and small first steps, whichever kind has used fewer evaluations (Hansen 2009).
enum class Restarts { none, ipop, bipop };

/// Populations stop doubling here: 2^16 times the first.
inline constexpr std::uint64_t most_doublings = 16;

/// What is remembered from run to run; plain data.
struct RestartState {
  std::uint64_t restarts = 0;
  std::uint64_t doublings = 0;          ///< of the large population
  std::uint64_t large_evaluations = 0;  ///< spent by the doubled runs
  std::uint64_t small_evaluations = 0;
  std::uint64_t last_large = 0;    ///< evaluations of the last large run (the first run counts as one)
  std::uint64_t in_small_run = 0;  ///< 1 while a run of the small kind goes on
};

/// One run: its population, its initial step relative to the user's, and what it may spend (0: no limit).
struct RunPlan {
  std::uint64_t population = 0;
  double sigma_factor = 1;
  std::uint64_t most_evaluations = 0;
};

/// Books the `spent` evaluations of the run that ended and plans the next. `base` is the first run's population,
/// `uniform` two numbers in (0, 1) for the small runs. Not to be called for Restarts::none.
[[nodiscard]] RunPlan next_run(Restarts kind, RestartState& state, std::uint64_t base, std::uint64_t spent,
                               const double (&uniform)[2]);

}  // namespace carve::search
