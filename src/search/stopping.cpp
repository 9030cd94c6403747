#include "carve/search/stopping.hpp"

#include <algorithm>
#include <cmath>

namespace carve::search {
namespace {

std::size_t rounded_up(double value) { return static_cast<std::size_t>(std::ceil(value)); }

/// 30 n / lambda generations: about how long the distribution takes to change.
double memory(const CmaConstants& constants) {
  return 30 * static_cast<double>(constants.dimension) / static_cast<double>(constants.population);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Whether the last 30 % are no better than the first 30 %.
bool stagnates(const std::vector<double>& losses) {
  const auto part = static_cast<std::ptrdiff_t>(losses.size() * 3 / 10);
  return median({losses.end() - part, losses.end()}) >= median({losses.begin(), losses.begin() + part});
}

/// The range of the recent best losses and of the last generation's is below the tolerance, which is relative for
/// losses beyond 1.
bool is_flat(const LossHistory& history, std::span<const double> last, std::size_t window, double tolerance) {
  if (history.best.size() < window) return false;
  const auto [low, high] =
      std::minmax_element(history.best.end() - static_cast<std::ptrdiff_t>(window), history.best.end());
  const double range = std::max(*high, last.back()) - std::min(*low, last.front());
  return range < tolerance * std::max(1.0, std::abs(*low));
}

/// In every one of the recent generations the better half had one and the same loss. (The tutorial asks this of a third
/// of them; but a search that begins where most candidates fail deserves its chance.)
bool is_equal(const LossHistory& history, std::size_t window) {
  if (history.best.size() < window) return false;
  const auto first = static_cast<std::ptrdiff_t>(history.best.size() - window);
  return std::equal(history.best.begin() + first, history.best.end(), history.median.begin() + first);
}

}  // namespace

std::string_view describe(Stop stop) {
  switch (stop) {
    case Stop::none: return "";
    case Stop::flat_losses: return "the recent losses differ by less than the tolerance";
    case Stop::equal_losses: return "the better half of the candidates all have the same loss";
    case Stop::small_steps: return "the steps are smaller than the tolerance";
    case Stop::diverging: return "the steps have grown 10,000-fold";
    case Stop::stagnation: return "the losses no longer improve";
    case Stop::ill_conditioned: return "the search distribution is too elongated for its numbers";
    case Stop::no_effect: return "the steps are below the precision of the numbers";
    case Stop::budget: return "the run has used its share of evaluations";
    case Stop::failing: return "the losses around the last good point are not finite";
  }
  return "";
}

void LossHistory::record(std::span<const double> ranked, const CmaConstants& constants, std::uint64_t generation) {
  best.push_back(ranked.front());
  median.push_back(ranked[ranked.size() / 2]);
  const std::size_t least = rounded_up(120 + memory(constants));
  const std::size_t most = std::max<std::size_t>(least, std::min<std::uint64_t>(generation / 5, 4000));
  const std::size_t surplus = best.size() > most ? best.size() - most : 0;
  best.erase(best.begin(), best.begin() + static_cast<std::ptrdiff_t>(surplus));
  median.erase(median.begin(), median.begin() + static_cast<std::ptrdiff_t>(surplus));
}

Stop why_stop(const CmaDistribution& distribution, const LossHistory& history, std::span<const double> last_ranked,
              const CmaConstants& constants, const Tolerances& tolerances, std::span<const double> scales,
              double first_sigma) {
  const double sigma = distribution.sigma;
  double largest = 0;     // step, relative to the first
  bool effective = true;  // a fifth of a step changes every coordinate of the mean
  for (std::size_t i = 0; i < scales.size(); ++i) {
    const double step = sigma * std::sqrt(variance(distribution, i));
    largest = std::max({largest, step / scales[i], sigma * std::abs(distribution.p_c[i]) / scales[i]});
    effective = effective && distribution.mean[i] + 0.2 * step != distribution.mean[i];
  }
  if (!std::isfinite(largest) || largest > 1e4 * first_sigma) return Stop::diverging;
  if (!effective) return Stop::no_effect;
  if (largest < tolerances.step * first_sigma) return Stop::small_steps;
  const std::size_t recent = rounded_up(10 + memory(constants));
  if (is_flat(history, last_ranked, recent, tolerances.loss)) return Stop::flat_losses;
  if (is_equal(history, recent)) return Stop::equal_losses;
  const std::size_t window = rounded_up(120 + memory(constants));
  if (distribution.generation % 10 == 0 && history.best.size() >= window && stagnates(history.best) &&
      stagnates(history.median)) {
    return Stop::stagnation;
  }
  return Stop::none;
}

}  // namespace carve::search
