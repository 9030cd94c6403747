#include "carve/search/restarts.hpp"

#include <algorithm>

#include "carve/base/scalar_math.hpp"

namespace carve::search {
namespace {

RunPlan large_run(RestartState& state, std::uint64_t base) {
  state.doublings = std::min(state.doublings + 1, most_doublings);
  state.in_small_run = 0;
  return {.population = base << state.doublings};
}

/// Hansen 2009, section 2: lambda_s = lambda (lambda_l / (2 lambda))^(u^2), sigma_s = sigma 10^(-2 u), and half of what
/// the last large run spent.
RunPlan small_run(RestartState& state, std::uint64_t base, const double (&uniform)[2]) {
  state.in_small_run = 1;
  const double ratio = 0.5 * static_cast<double>(std::uint64_t{1} << state.doublings);
  const double factor = base::exp(uniform[0] * uniform[0] * base::log(ratio));
  const auto population = static_cast<std::uint64_t>(static_cast<double>(base) * factor);
  constexpr double ln_10 = 2.302585092994046;
  return {.population = std::max<std::uint64_t>(population, 2),
          .sigma_factor = base::exp(-2 * ln_10 * uniform[1]),
          .most_evaluations = std::max<std::uint64_t>(state.last_large / 2, 1)};
}

}  // namespace

RunPlan next_run(Restarts kind, RestartState& state, std::uint64_t base, std::uint64_t spent,
                 const double (&uniform)[2]) {
  if (state.in_small_run) state.small_evaluations += spent;
  else state.last_large = spent;
  if (state.restarts > 0 && !state.in_small_run) state.large_evaluations += spent;  // the first run is of neither kind
  ++state.restarts;
  const bool small = kind == Restarts::bipop && state.small_evaluations < state.large_evaluations;
  return small ? small_run(state, base, uniform) : large_run(state, base);
}

}  // namespace carve::search
