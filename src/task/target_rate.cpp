#include "carve/task/target_rate.hpp"

#include <algorithm>

#include "carve/base/scalar_math.hpp"

namespace carve::task {
namespace {

constexpr double softening = 2;  // Hz
constexpr double early_end_scale = 160;

}  // namespace

double target_rate_loss(const TargetRate& wanted, std::span<const std::uint32_t> spikes, std::size_t steps,
                        base::Seconds dt) {
  const double tau = wanted.filter.value;
  const double target = wanted.target.value;
  const double end = static_cast<double>(steps) * dt.value;
  const double begin = std::max(0.0, end - wanted.window.value);
  double time = 0;
  double rate = target;
  double sum = 0;
  // (r - a)^2 / (r + b) = r - (2 a + b) + (a + b)^2 / (r + b), and with r falling from r0 to r1 during t:
  // the integral of r is tau (r0 - r1), that of 1 / (r + b) is (t + tau log((r1 + b) / (r0 + b))) / b.
  const auto fall_until = [&](double until, bool counts) {
    const double span = until - time;
    const double after = rate * base::exp(-span / tau);
    if (counts) {
      const double inverse = (span + tau * base::log((after + softening) / (rate + softening))) / softening;
      sum += tau * (rate - after) - (2 * target + softening) * span +
             (target + softening) * (target + softening) * inverse;
    }
    rate = after;
    time = until;
  };
  const auto advance = [&](double until) {
    if (time < begin) fall_until(std::min(begin, until), false);
    if (until > time) fall_until(until, true);
  };
  for (const std::uint32_t step : spikes) {
    advance(static_cast<double>(step) * dt.value);
    rate += 1 / tau;
  }
  advance(end);
  return end > begin ? sum / (end - begin) : 0;
}

double rate_miss(base::Hertz target, double rate) {
  return (rate - target.value) * (rate - target.value) / (rate + softening);
}

double early_end_score(double lived, double whole) { return early_end_scale * (base::exp(-lived / whole) + 1); }

double score(const TargetRate& wanted, const network::SpikingLife& life, std::size_t steps, base::Seconds dt) {
  if (life.ending == network::Ending::finished) return target_rate_loss(wanted, life.spikes, steps, dt);
  return early_end_score(static_cast<double>(life.end), static_cast<double>(steps));
}

network::RateLimits limits_for(const TargetRate& wanted) {
  return {.lowest = {0.1}, .highest = {100}, .initial = wanted.target, .time_constant = wanted.filter};
}

}  // namespace carve::task
