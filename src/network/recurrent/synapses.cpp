#include "carve/network/recurrent/synapses.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <mutex>
#include <numeric>

#include "carve/base/random.hpp"
#include "carve/base/scalar_math.hpp"

namespace carve::network {

struct SharedIncoming {
  std::once_flag made;
  Incoming incoming;
};

namespace {

Incoming by_target(const Synapses& synapses, std::size_t targets) {
  std::vector<std::uint32_t> next(targets, 0);  // how many, then where the next one goes
  synapses.for_each([&](std::size_t, std::size_t s) { ++next[synapses.targets[s]]; });
  Incoming result{.first = {0}, .places = {}, .sources = {}};
  for (std::uint32_t& each : next) {
    const std::size_t begin = result.first.back();
    const std::size_t count = (each + Synapses::row_unit - 1) / Synapses::row_unit * Synapses::row_unit;
    each = static_cast<std::uint32_t>(begin);
    result.first.push_back(static_cast<std::uint32_t>(begin + count));
  }
  result.places.resize(result.first.back());
  result.sources.assign(result.first.back(), static_cast<std::uint16_t>(synapses.sources));
  for (std::size_t s = 0; s < result.places.size(); ++s)
    result.places[s] = static_cast<std::uint32_t>(synapses.places() + s % Synapses::row_unit);
  synapses.for_each([&](std::size_t j, std::size_t s) {
    const std::uint32_t at = next[synapses.targets[s]]++;
    result.places[at] = static_cast<std::uint32_t>(s);
    result.sources[at] = static_cast<std::uint16_t>(j);
  });
  return result;
}

/// Draws rows of one projection; `trial` and `seed` as in StreamKey.
class Rows {
 public:
  Rows(const RecurrentNetwork& network, std::size_t projection, std::uint64_t seed, std::uint32_t trial)
      : projection_(network.projections[projection]),
        sources_(network.populations[projection_.from].size),
        targets_(network.populations[projection_.to].size),
        key_{seed, base::Purpose::connections, trial, static_cast<std::uint32_t>(projection << 16)} {
    field_ = static_cast<std::size_t>(std::llround(projection_.receptive_field * static_cast<double>(targets_)));
    const double mean = projection_.probability * static_cast<double>(field_);
    numbers_.resize(static_cast<std::size_t>(mean + 5 * std::sqrt(mean)) + 8);
  }

  /// The targets of `source`, rising: the gaps between those of independent coins are geometric.
  void draw(std::size_t source, base::AlignedVector<std::uint16_t>& out) {
    if (projection_.probability <= 0) return;
    const double per_gap = base::log(1 - projection_.probability);  // -inf where everybody is connected: gaps are 0
    fill(source);
    const std::size_t begin = out.size();
    const std::size_t from = field_ < targets_ ? first_of_field(source) : 0;
    double target = -1;
    for (std::size_t i = 0;; ++i) {
      if (i == numbers_.size()) {  // the same stream goes on
        numbers_.resize(2 * numbers_.size());
        fill(source);
      }
      target += 1 + std::floor(base::log(numbers_[i]) / per_gap);
      if (target >= static_cast<double>(field_)) break;
      const auto found = (from + static_cast<std::size_t>(target)) % targets_;
      if (projection_.from != projection_.to || found != source) out.push_back(static_cast<std::uint16_t>(found));
    }
    if (from + field_ > targets_) std::sort(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end());
  }

 private:
  /// Where the targets across from a source begin.
  [[nodiscard]] std::size_t first_of_field(std::size_t source) const {
    const double place = (static_cast<double>(source) + 0.5) / static_cast<double>(sources_);
    const double first = place * static_cast<double>(targets_) - 0.5 * static_cast<double>(field_);
    return static_cast<std::size_t>(std::floor(first) + static_cast<double>(targets_)) % targets_;
  }

  void fill(std::size_t source) {
    base::StreamKey key = key_;
    key.step += static_cast<std::uint32_t>(source);
    base::fill_uniform(key, std::span<double>(numbers_));
  }

  const Projection& projection_;
  std::size_t sources_;
  std::size_t targets_;
  std::size_t field_;  // how many targets a source can reach
  base::StreamKey key_;
  std::vector<double> numbers_;
};

/// Fills up to the next multiple of row_unit.
void pad(std::size_t beyond, base::AlignedVector<std::uint16_t>& targets) {
  while (targets.size() % Synapses::row_unit != 0)
    targets.push_back(static_cast<std::uint16_t>(beyond + targets.size() % Synapses::row_unit));
}

Synapses draw(const RecurrentNetwork& network, std::size_t index, std::uint64_t seed, std::uint32_t trial) {
  const Projection& projection = network.projections[index];
  const Population& to = network.populations[projection.to];
  assert(to.size <= largest_population && network.populations[projection.from].size <= largest_population);
  Synapses result{.sources = network.populations[projection.from].size, .first = {0}};
  result.shared_incoming = std::make_shared<SharedIncoming>();
  const std::size_t beyond = target_places(to.size) - Synapses::row_unit;
  Rows rows(network, index, seed, trial);
  for (std::size_t j = 0; j < result.sources; ++j) {
    rows.draw(j, result.targets);
    result.counts.push_back(static_cast<std::uint32_t>(result.targets.size() - result.first.back()));
    pad(beyond, result.targets);
    result.first.push_back(static_cast<std::uint32_t>(result.targets.size()));
  }
  result.weight = projection.lowest_weight;
  if (projection.uniform_weight()) return result;
  result.weights.resize(result.places());
  std::vector<double> numbers;
  for (std::size_t j = 0; j < result.sources; ++j) {
    numbers.resize(result.counts[j]);
    base::fill_uniform({seed, base::Purpose::synaptic_weights, trial, static_cast<std::uint32_t>(index << 16 | j)},
                       std::span<double>(numbers));
    for (std::size_t k = 0; k < numbers.size(); ++k)
      result.weights[result.first[j] + k] =
          projection.lowest_weight + (projection.highest_weight - projection.lowest_weight) * numbers[k];
  }
  return result;
}

}  // namespace

std::size_t Synapses::count() const { return std::accumulate(counts.begin(), counts.end(), std::size_t{0}); }

const Incoming& Synapses::incoming(std::size_t to) const {
  assert(shared_incoming);
  std::call_once(shared_incoming->made, [&] { shared_incoming->incoming = by_target(*this, to); });
  return shared_incoming->incoming;
}

std::vector<Synapses> draw_synapses(const RecurrentNetwork& network, std::uint64_t seed, std::uint32_t trial) {
  std::vector<Synapses> all;
  for (std::size_t c = 0; c < network.projections.size(); ++c) all.push_back(draw(network, c, seed, trial));
  return all;
}

}  // namespace carve::network
