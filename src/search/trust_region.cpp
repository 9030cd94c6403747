#include "carve/search/trust_region.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "carve/base/scalar_math.hpp"

namespace carve::search {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Weights at a temperature; `excess` are the losses above the least one, +inf where there was none.
Reweighting at_temperature(std::span<const double> excess, double temperature) {
  Reweighting made{.weights = std::vector<double>(excess.size()), .temperature = temperature};
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < excess.size(); ++i) {
    if (excess[i] == infinity) continue;
    const double weight = base::exp(-excess[i] / temperature);
    made.weights[i] = weight;
    sum += weight;
    ++count;
  }
  for (double& weight : made.weights) {
    weight /= sum;
    if (weight > 0) made.relative_entropy += weight * base::log(weight * count);
  }
  return made;
}

/// |L^-1|^2, the sum of all squared entries: the trace of (L L')^-1.
double inverse_trace(const Triangle& factor) {
  const std::size_t n = factor.size;
  double trace = 0;
  std::vector<double> column(n);
  for (std::size_t j = 0; j < n; ++j) {
    std::fill(column.begin() + static_cast<std::ptrdiff_t>(j), column.end(), 0.0);
    column[j] = 1;
    for (std::size_t k = j; k < n; ++k) {
      column[k] /= factor.column(k)[0];
      trace += column[k] * column[k];
      add_scaled(n - k - 1, -column[k], factor.column(k) + 1, column.data() + k + 1);
    }
  }
  return trace;
}

}  // namespace

Reweighting reweigh(std::span<const double> losses, double bound) {
  double least = infinity;
  for (const double loss : losses) {
    if (std::isfinite(loss)) least = std::min(least, loss);
  }
  std::vector<double> excess;
  double largest = 0, smallest = infinity;  // of the positive ones
  for (const double loss : losses) {
    // Half of each first: the difference of two large losses must not overflow, nor turn a finite loss into none.
    double above = std::isfinite(loss) ? std::min(2 * (0.5 * loss - 0.5 * least), 1e308) : infinity;
    if (above < 1e-300) above = 0;  // below this, logarithms and quotients fail
    excess.push_back(above);
    if (above == infinity || above == 0) continue;
    largest = std::max(largest, above);
    smallest = std::min(smallest, above);
  }
  if (largest == 0) return at_temperature(excess, infinity);
  // Colder than this, all the weight is on the best; warmer, the weights differ by less than the bound can tell.
  double cold = base::log(smallest) - 7;
  double warm = base::log(largest) - 0.5 * std::min(base::log(bound), 0.0) + 1;
  Reweighting best = at_temperature(excess, base::exp(cold));
  if (best.relative_entropy <= bound) return best;
  for (int iteration = 0; iteration < 60; ++iteration) {
    const double middle = 0.5 * (cold + warm);
    Reweighting made = at_temperature(excess, base::exp(middle));
    if (made.relative_entropy > bound) {
      cold = middle;
      continue;
    }
    warm = middle;
    const bool close = made.relative_entropy > 0.9999 * bound;
    best = std::move(made);
    if (close) break;
  }
  return best.relative_entropy <= bound ? best : at_temperature(excess, infinity);
}

double mean_step(std::span<const double> z, double bound) {
  const double divergence = 0.5 * dot(z.size(), z.data(), z.data());
  return divergence > bound ? std::sqrt(bound / divergence) : 1;
}

double covariance_divergence(const Triangle& moments, double t, Triangle& factor) {
  Triangle mixed = moments;
  for (double& value : mixed.values) value *= t;
  for (std::size_t j = 0; j < mixed.size; ++j) mixed.column(j)[0] += 1 - t;
  if (!cholesky(mixed, factor)) return infinity;
  double log_determinant = 0;
  for (std::size_t j = 0; j < mixed.size; ++j) log_determinant += 2 * base::log(factor.diagonal(j));
  const double divergence = 0.5 * (inverse_trace(factor) - static_cast<double>(mixed.size) + log_determinant);
  return std::isfinite(divergence) ? std::max(divergence, 0.0) : infinity;
}

double covariance_step(const Triangle& moments, double bound, Triangle& factor) {
  double divergence = covariance_divergence(moments, 1, factor);
  if (divergence <= bound) return 1;
  // The root of the divergence is nearly a straight line through zero: regula falsi on it (the Illinois way, which
  // halves the value at an end that stays), bisection where an end is infinite.
  const double target = std::sqrt(bound);
  double low = 0, low_value = -target, high = 1, high_value = std::sqrt(divergence) - target;
  int side = 0;
  for (int iteration = 0; iteration < 100; ++iteration) {
    double t = 0.5 * (low + high);
    if (high_value < infinity)
      t = std::clamp((low * high_value - high * low_value) / (high_value - low_value), low, high);
    divergence = covariance_divergence(moments, t, factor);
    const double value = std::sqrt(divergence) - target;
    if (divergence <= bound) {
      if (divergence >= 0.999 * bound || t == low) return t;
      if (side == 1 && high_value < infinity) high_value *= 0.5;
      low = t, low_value = value, side = 1;
    } else {
      if (t == high && iteration > 60) break;
      if (side == -1) low_value *= 0.5;
      high = t, high_value = value, side = -1;
    }
  }
  covariance_divergence(moments, low, factor);
  return low;
}

}  // namespace carve::search
