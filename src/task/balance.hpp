// How far inhibition is from mirroring the tuning of excitation.
#pragma once

#include <cstddef>
#include <span>

#include "carve/network/spiking_neuron.hpp"

namespace carve::task {

/// 1 - r, with r the correlation over groups of inputs of the mean excitatory and the mean inhibitory weight: 0 where
/// the two populations are tuned alike (detailed balance, Vogels et al. 2011, figure 2), 1 where they have nothing to
/// do with each other or one of them prefers no group, 2 where they are opposite.
/// The mean conductance that a group brings is weight * jump * input rate. Jumps are one factor for all groups, and so
/// are the rates, which follow signals of one distribution; a correlation does not see such factors, and what the rate
/// of the neuron needs it does not ask either: that is the target rate's part.
/// Both populations are ordered group by group, groups of equal size.
[[nodiscard]] double imbalance(std::span<const double> excitation, std::span<const double> inhibition,
                               std::size_t groups);

}  // namespace carve::task
