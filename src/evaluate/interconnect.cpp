#include "carve/evaluate/interconnect.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace carve::evaluate {
namespace {

constexpr std::size_t rounds = 200, texts = 5;
constexpr std::size_t large = 8U << 20;  // bytes

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

template <class Work>
double median_seconds(std::size_t times, Work work) {
  std::vector<double> seconds;
  for (std::size_t i = 0; i < times; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return median(std::move(seconds));
}

}  // namespace

Interconnect measure_interconnect(Ranks& ranks) {
  // A piece for each rank: the leader hears of the last after the results of the round before and a claim, which says
  // what was done, have each crossed over.
  const auto round = [&] {
    ranks.begin(static_cast<std::size_t>(ranks.size()), 1);
    while (const auto piece = ranks.claim()) ranks.done(*piece, {});
    (void)ranks.collect();
  };
  constexpr double crossings = 2;
  const double alone = median_seconds(rounds, round);
  const std::string text(ranks.leads() ? large : 0, 'x');
  const double with_text = median_seconds(texts, [&] {
    (void)ranks.from_leader(text);
    round();
  });
  return {.latency = alone / crossings, .bandwidth = static_cast<double>(large) / std::max(with_text - alone, 1e-6)};
}

}  // namespace carve::evaluate
