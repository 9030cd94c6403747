// Who is connected to whom: drawn once per trial, shared by all candidates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "carve/base/aligned.hpp"
#include "carve/network/recurrent/declaration.hpp"

namespace carve::network {

/// The synapses of one projection by target. Columns begin at multiples of Synapses::row_unit; between them stand the
/// places behind the last row, one by one, and the source behind the last one.
struct Incoming {
  std::vector<std::uint32_t> first;           // [target + 1]: where columns begin
  base::AlignedVector<std::uint32_t> places;  // of Synapses, by source
  base::AlignedVector<std::uint16_t> sources;
};
struct SharedIncoming;

/// The synapses of one projection, by source. Rows begin at multiples of `row_unit` places, so that kernels can take
/// whole registers; the places between two rows have targets behind all real ones, one by one, and weight 0.
struct Synapses {
  static constexpr std::size_t row_unit = 16;

  std::size_t sources = 0;
  std::vector<std::uint32_t> first;            // [source + 1]: where rows begin
  std::vector<std::uint32_t> counts;           // [source]: real synapses
  base::AlignedVector<std::uint16_t> targets;  // [place], rising within a row
  std::vector<double> weights;                 // [place], at the start; empty where all are `weight`
  double weight = 0;
  std::shared_ptr<SharedIncoming> shared_incoming = {};  // of all copies

  [[nodiscard]] std::size_t places() const { return targets.size(); }
  /// The targets of source j, rising.
  [[nodiscard]] std::span<const std::uint16_t> row(std::size_t j) const {
    return std::span(targets).subspan(first[j], counts[j]);
  }
  /// How many real ones there are.
  [[nodiscard]] std::size_t count() const;
  /// Calls visit(source, place) for each, source by source.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t j = 0; j < sources; ++j) {
      for (std::size_t s = first[j]; s < first[j] + counts[j]; ++s) visit(j, s);
    }
  }
  /// The same by target, of which there are `targets`: made when the first one asks, on any thread. Precondition: made
  /// by draw_synapses.
  [[nodiscard]] const Incoming& incoming(std::size_t targets) const;
  [[nodiscard]] double weight_at(std::size_t place) const { return weights.empty() ? weight : weights[place]; }
};

/// How many places kernels need for a number of each target: more than any place's target.
[[nodiscard]] constexpr std::size_t target_places(std::size_t size) {
  return (size + Synapses::row_unit - 1) / Synapses::row_unit * Synapses::row_unit + Synapses::row_unit;
}

/// The synapses of each projection of a network in one trial, a function of seed, trial and declaration alone. A row
/// depends on its projection and source, not on how many sources there are.
[[nodiscard]] std::vector<Synapses> draw_synapses(const RecurrentNetwork& network, std::uint64_t seed,
                                                  std::uint32_t trial);

}  // namespace carve::network
