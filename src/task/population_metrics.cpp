#include "carve/task/population_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "carve/base/scalar_math.hpp"
#include "carve/task/fourier.hpp"

namespace carve::task {
namespace {

constexpr double short_bin = 1e-3, middle_bin = 10e-3, long_bin = 100e-3;  // s
constexpr double longest_lag = 0.5;                                        // s
constexpr double longest_interval = 1;                                     // s
constexpr std::size_t interval_edges = 100;
constexpr double fewest_spikes = 3;
constexpr double silent_deviation = 0.05;  // of the counts in a middle bin: about 1 Hz has twice that
constexpr double silent_rate = 0.1;        // Hz
constexpr double rate_of_the_silent = 0.01;
constexpr double smallest_weight_sum = 0.1;

struct Moments {
  double mean = 0;
  double variance = 0;  // dividing by n
};

Moments moments(std::span<const double> values) {
  Moments result;
  if (values.empty()) return result;
  const auto count = static_cast<double>(values.size());
  for (const double each : values) result.mean += each;
  result.mean /= count;
  for (const double each : values) result.variance += (each - result.mean) * (each - result.mean);
  result.variance /= count;
  return result;
}

/// Spike counts of a neuron in bins of that many seconds.
std::vector<double> binned(const Recording& recording, const std::vector<std::uint32_t>& spikes, double bin) {
  const auto steps = static_cast<std::uint32_t>(std::llround(bin / recording.dt.value));
  std::vector<double> counts((recording.end - recording.begin) / steps, 0.0);
  for (const std::uint32_t each : spikes) {
    const std::size_t at = (each - recording.begin) / steps;
    if (at < counts.size()) ++counts[at];
  }
  return counts;
}

/// Intervals between spikes, in seconds.
std::vector<double> intervals(const Recording& recording, const std::vector<std::uint32_t>& spikes) {
  std::vector<double> result;
  for (std::size_t i = 1; i < spikes.size(); ++i) result.push_back((spikes[i] - spikes[i - 1]) * recording.dt.value);
  return result;
}

double fano(std::span<const double> counts) {
  const Moments of = moments(counts);
  return of.mean * static_cast<double>(counts.size()) <= fewest_spikes ? 0 : of.variance / of.mean;
}

double mean_autocovariance(const std::vector<double>& counts) {
  const Moments of = moments(counts);
  if (!(std::sqrt(of.variance) > silent_deviation)) return 1;
  const auto lags = std::min<std::size_t>(std::lround(longest_lag / middle_bin), counts.size() - 1);
  double sum = 0;
  for (std::size_t lag = 0; lag <= lags; ++lag) {
    double covariance = 0;
    for (std::size_t t = lag; t < counts.size(); ++t) covariance += (counts[t] - of.mean) * (counts[t - lag] - of.mean);
    sum += (lag == 0 ? 1 : 2) * std::abs(covariance);
  }
  return sum / (of.variance * static_cast<double>(counts.size())) / static_cast<double>(2 * lags + 1);
}

double divergence_from_poisson(const std::vector<double>& all, double population_rate) {
  if (all.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::vector<double> share(interval_edges - 1, 0.0);
  const double width = longest_interval / static_cast<double>(share.size());
  for (const double each : all) {
    const auto at = static_cast<std::size_t>(each / width);
    share[std::min(at, share.size() - 1)] += 1 / static_cast<double>(all.size());
  }
  const double rate = population_rate <= silent_rate ? rate_of_the_silent : 1 / moments(all).mean;
  double sum = 0;
  for (std::size_t i = 0; i < share.size(); ++i) {
    const double expected =
        base::exp(-rate * width * static_cast<double>(i)) - base::exp(-rate * width * static_cast<double>(i + 1));
    if (share[i] > 0) sum += share[i] * (base::log(share[i]) - base::log(expected));
  }
  return std::abs(sum);
}

/// The sum of 2/n |F_k| over 0 < k < n/2.
double summed_amplitudes(const std::vector<double>& values) {
  const std::vector<std::complex<double>> spectrum = fourier(values);
  double sum = 0;
  for (std::size_t k = 1; k < values.size() / 2; ++k) sum += std::sqrt(std::norm(spectrum[k]));
  return 2 * sum / static_cast<double>(values.size());
}

}  // namespace

PopulationMetrics population_metrics(const Recording& recording) {
  const auto neurons = static_cast<double>(recording.spikes.size());
  PopulationMetrics result;
  std::vector<double> all_intervals, rates, cvs, activity;
  std::vector<std::vector<double>> counts;  // [neuron][long bin]
  for (const auto& spikes : recording.spikes) {
    rates.push_back(static_cast<double>(spikes.size()) / recording.seconds());
    const std::vector<double> own = intervals(recording, spikes);
    const Moments of = moments(own);
    cvs.push_back(own.size() > 2 ? std::sqrt(of.variance) / of.mean : 0);
    all_intervals.insert(all_intervals.end(), own.begin(), own.end());
    counts.push_back(binned(recording, spikes, long_bin));
    result.temporal_fano += fano(counts.back()) / neurons;
    result.auto_cov += mean_autocovariance(binned(recording, spikes, middle_bin)) / neurons;
    const std::vector<double> fine = binned(recording, spikes, short_bin);
    activity.resize(fine.size(), 0.0);
    for (std::size_t t = 0; t < fine.size(); ++t) activity[t] += fine[t];
  }
  for (double& each : activity) each /= neurons;
  const Moments of_rates = moments(rates), of_cvs = moments(cvs);
  result.rate = of_rates.mean;
  result.std_rate_spatial = std::sqrt(of_rates.variance);
  result.cv_isi = of_cvs.mean;
  result.std_cv = std::sqrt(of_cvs.variance);
  result.std_rate_temporal = std::sqrt(moments(activity).variance);
  result.kl_isi = divergence_from_poisson(all_intervals, result.rate);
  result.fft = summed_amplitudes(activity);
  std::vector<double> across(counts.size());
  for (std::size_t bin = 0; bin < counts.front().size(); ++bin) {
    for (std::size_t i = 0; i < counts.size(); ++i) across[i] = counts[i][bin];
    result.spatial_fano += fano(across) / static_cast<double>(counts.front().size());
  }
  return result;
}

double w_blow(std::span<const WeightChange> connections) {
  double sum = 0;
  for (const WeightChange& each : connections) sum += each.at_bounds / static_cast<double>(connections.size());
  return sum;
}

double w_creep(std::span<const WeightChange> connections) {
  double largest = 0;
  for (const WeightChange& each : connections) {
    const double sum = each.first_mean + each.last_mean;
    if (sum > smallest_weight_sum) largest = std::max(largest, std::abs(2 * (each.last_mean - each.first_mean) / sum));
  }
  return largest;
}

}  // namespace carve::task
