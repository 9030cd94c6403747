// What the activity of a recurrent network looks like, in the terms by which such networks are called plausible.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "carve/base/units.hpp"

namespace carve::task {

/// The spikes of recorded neurons of a population in the part of a lifetime that counts.
struct Recording {
  std::uint32_t begin = 0;  // steps of the lifetime: the first that counts, and the first after
  std::uint32_t end = 0;
  base::Seconds dt{1e-4};
  std::vector<std::vector<std::uint32_t>> spikes = {};  // [neuron]: steps, rising, from `begin` to before `end`

  [[nodiscard]] double seconds() const { return (end - begin) * dt.value; }
};

/// The weights of one kind of connection, when the part that counts begins and when it ends.
struct WeightChange {
  double first_mean = 0;
  double last_mean = 0;
  double at_bounds = 0;  // share of weights at 0 or at the largest, when it ends
};

/// How sure and how irregular a population is. Names, bins and special cases as in Confavreux et al. (2025b, "Memory by
/// a thousand rules"); bins that do not end in time are left out. Standard deviations divide by n. Rates in Hz.
struct PopulationMetrics {
  double rate = 0;
  /// Standard deviation of the intervals between spikes over their mean, mean over neurons; 0 for one of fewer than
  /// three intervals.
  double cv_isi = 0;
  /// How far all intervals together are from those of a Poisson process of the same mean interval: the sum of p
  /// log(p/q) over 99 bins to 1 s; longer intervals count as 1 s. Not a number where there are no intervals.
  double kl_isi = 0;
  /// Variance over mean of spike counts in 100 ms: over neurons, mean over bins; over bins, mean over neurons. 0 where
  /// there are three spikes or fewer.
  double spatial_fano = 0;
  double temporal_fano = 0;
  /// |autocovariance| over its largest, counts in 10 ms, mean over lags of -0.5 to 0.5 s and over neurons; 1 for
  /// neurons next to silent.
  double auto_cov = 0;
  /// The sum of the amplitudes of the population's rate (spikes per neuron and ms) at all frequencies but 0.
  double fft = 0;
  double std_rate_temporal = 0;  // of the spikes per neuron in 1 ms, over time
  double std_rate_spatial = 0;   // of the neurons' rates
  double std_cv = 0;             // of the neurons' cv_isi
};

/// recording: at least one neuron, and 1 s.
[[nodiscard]] PopulationMetrics population_metrics(const Recording& recording);

/// The mean share of weights at their bounds.
[[nodiscard]] double w_blow(std::span<const WeightChange> connections);
/// The largest relative change of a mean weight, |2 (last - first) / (last + first)|; those next to 0 do not count.
[[nodiscard]] double w_creep(std::span<const WeightChange> connections);

}  // namespace carve::task
