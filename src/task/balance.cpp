#include "carve/task/balance.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <vector>

namespace carve::task {
namespace {

/// The mean weight of each group, less the mean over all groups; zeros where the groups differ by rounding only.
std::vector<double> tuning(std::span<const double> weights, std::size_t groups) {
  assert(groups > 0 && weights.size() % groups == 0);
  const std::size_t size = weights.size() / groups;
  std::vector<double> means;
  for (std::size_t g = 0; g < groups; ++g) {
    const auto own = weights.subspan(g * size, size);
    means.push_back(std::accumulate(own.begin(), own.end(), 0.0) / static_cast<double>(size));
  }
  const double mean = std::accumulate(means.begin(), means.end(), 0.0) / static_cast<double>(groups);
  constexpr double rounding = 1e-12;
  for (double& each : means) each = std::abs(each - mean) > rounding * std::abs(mean) ? each - mean : 0;
  return means;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

}  // namespace

double imbalance(std::span<const double> excitation, std::span<const double> inhibition, std::size_t groups) {
  const std::vector<double> e = tuning(excitation, groups), i = tuning(inhibition, groups);
  const double size = std::sqrt(dot(e, e) * dot(i, i));
  if (!(size > 0)) return 1;
  return 1 - std::clamp(dot(e, i) / size, -1.0, 1.0);
}

}  // namespace carve::task
