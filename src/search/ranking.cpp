#include "carve/search/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace carve::search {
namespace {

double or_worst(double loss) { return std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity(); }

/// The `fraction` quantile of {|1 - centre|, ..., |count - centre|}, linear between the order statistics. `centre` is
/// an integer from 1 to count, so the distances are 0, then pairs, until one side runs out.
double quantile_of_distances(double centre, double count, double fraction) {
  const auto distance = [&](double index) {  // the index-th smallest, from 0
    const double nearer = std::min(centre - 1, count - centre);
    return index <= 2 * nearer ? std::ceil(index / 2) : index - nearer;
  };
  const double position = std::clamp(fraction * count - 0.5, 0.0, count - 1);
  const double below = std::floor(position);
  const double next = std::min(below + 1, count - 1);
  return distance(below) + (position - below) * (distance(next) - distance(below));
}

}  // namespace

std::vector<double> combine(std::span<const double> losses, std::span<const double> repeated) {
  std::vector<double> combined(losses.begin(), losses.end());
  for (std::size_t i = 0; i < repeated.size(); ++i) combined[i] = 0.5 * combined[i] + 0.5 * repeated[i];
  for (double& loss : combined) loss = or_worst(loss);
  return combined;
}

std::vector<std::size_t> rank(std::span<const double> losses) {
  std::vector<std::size_t> order(losses.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return losses[a] != losses[b] ? losses[a] < losses[b] : a < b; });
  return order;
}

double rank_uncertainty(std::span<const double> first, std::span<const double> second, double theta) {
  const std::size_t lambda = first.size();
  std::vector<double> all;
  for (const double loss : first) all.push_back(or_worst(loss));
  for (const double loss : second) all.push_back(or_worst(loss));
  // Tied measurements share their mean rank, so that equal ones do not count as disagreement.
  const std::vector<std::size_t> order = rank(all);
  std::vector<double> ranks(all.size());
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && all[order[end]] == all[order[begin]]) ++end;
    for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = 0.5 * static_cast<double>(begin + 1 + end);
  }
  const double others = 2 * static_cast<double>(lambda) - 1;
  double sum = 0;
  for (std::size_t i = 0; i < lambda; ++i) {
    const double before = ranks[i], after = ranks[lambda + i];
    const double moved = std::max(0.0, std::abs(after - before) - 1);  // the other measurements in between
    const auto limit = [&](double own, double other) {  // own rank among the measurements without the other one
      return quantile_of_distances(std::clamp(std::floor(own - (own > other)), 1.0, others), others, theta / 2);
    };
    sum += 2 * moved - limit(after, before) - limit(before, after);
  }
  return lambda == 0 ? 0 : sum / static_cast<double>(lambda);
}

}  // namespace carve::search
