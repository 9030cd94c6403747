// Means over trials with their errors, paired where two rules lived through the same trials.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>

namespace carve::experiment {

struct Measured {
  double mean = 0;
  double error = 0;  // standard error of the mean
  std::size_t trials = 0;
};

/// The mean of a - b over trials (of a alone where b is empty).
[[nodiscard]] inline Measured measure(std::span<const double> a, std::span<const double> b = {}) {
  Measured result{.trials = a.size()};
  const auto at = [&](std::size_t i) { return a[i] - (b.empty() ? 0.0 : b[i]); };
  for (std::size_t i = 0; i < a.size(); ++i) result.mean += at(i);
  result.mean /= static_cast<double>(a.size());
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += (at(i) - result.mean) * (at(i) - result.mean);
  if (a.size() > 1) {
    result.error = std::sqrt(squares / static_cast<double>(a.size() - 1) / static_cast<double>(a.size()));
  }
  return result;
}

/// A metric over trials, and its value in the trial in which it was worst.
struct MeasuredMetric {
  Measured all;
  double worst = 0;
};

/// `failed`: the value of lifetimes that failed, which lies on the bad side of all others.
[[nodiscard]] inline MeasuredMetric measure_metric(std::span<const double> values, double failed) {
  MeasuredMetric result{measure(values), values.empty() ? failed : values.front()};
  for (const double each : values) {
    if (std::abs(each - failed) < std::abs(result.worst - failed)) result.worst = each;
  }
  return result;
}

}  // namespace carve::experiment
