#include "carve/task/readout.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace carve::task {
namespace {

/// Solves A X = B for symmetric positive A (size x size) and B (size x columns), in place of B; by Cholesky. Pivots
/// below `least` count as that much.
void solve(std::vector<double>& a, std::vector<double>& b, std::size_t size, std::size_t columns, double least) {
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = 0; k <= i; ++k) {
      double sum = a[i * size + k];
      for (std::size_t m = 0; m < k; ++m) sum -= a[i * size + m] * a[k * size + m];
      a[i * size + k] = k < i ? sum / a[k * size + k] : std::sqrt(std::max(sum, least));
    }
  }
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t k = 0; k < i; ++k) b[i * columns + c] -= a[i * size + k] * b[k * columns + c];
      b[i * columns + c] /= a[i * size + i];
    }
    for (std::size_t i = size; i-- > 0;) {
      for (std::size_t k = i + 1; k < size; ++k) b[i * columns + c] -= a[k * size + i] * b[k * columns + c];
      b[i * columns + c] /= a[i * size + i];
    }
  }
}

}  // namespace

double readout_error(const ReadoutPlan& plan, std::span<const double> outputs, std::span<const std::uint8_t> labels) {
  const std::size_t count = outputs.size() / labels.size();
  std::vector<double> mean(count, 0.0), frequency(plan.classes, 0.0);
  const auto samples = static_cast<double>(plan.train);
  for (std::size_t t = 0; t < plan.train; ++t) {
    for (std::size_t i = 0; i < count; ++i) mean[i] += outputs[t * count + i] / samples;
    frequency[labels[t]] += 1 / samples;
  }
  // Second moments of the centred outputs, and with the centred targets: the bias is free that way.
  std::vector<double> moments(count * count, 0.0), weights(count * plan.classes, 0.0);
  std::vector<double> y(count);
  for (std::size_t t = 0; t < plan.train; ++t) {
    for (std::size_t i = 0; i < count; ++i) y[i] = outputs[t * count + i] - mean[i];
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t k = 0; k <= i; ++k) moments[i * count + k] += y[i] * y[k] / samples;
      weights[i * plan.classes + labels[t]] += y[i] / samples;  // the targets' mean drops out: y is centred
    }
  }
  double variance = 0;
  for (std::size_t i = 0; i < count; ++i) variance += moments[i * count + i] / static_cast<double>(count);
  if (!std::isfinite(variance)) return 1;
  if (variance > 0) {
    for (std::size_t i = 0; i < count; ++i) moments[i * count + i] += plan.ridge * variance;
    solve(moments, weights, count, plan.classes, 1e-12 * variance);
  }
  std::size_t wrong = 0;
  std::vector<double> prediction(plan.classes);
  for (std::size_t t = plan.train; t < plan.train + plan.test; ++t) {
    prediction = frequency;
    for (std::size_t i = 0; i < count; ++i) {
      const double centred = outputs[t * count + i] - mean[i];
      for (std::size_t c = 0; c < plan.classes; ++c) prediction[c] += centred * weights[i * plan.classes + c];
    }
    const auto best = std::max_element(prediction.begin(), prediction.end());
    if (!std::isfinite(*best)) return 1;
    wrong += best - prediction.begin() != labels[t] ? 1 : 0;
  }
  return static_cast<double>(wrong) / static_cast<double>(plan.test);
}

}  // namespace carve::task
