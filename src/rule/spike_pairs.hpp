// The window of spike-timing-dependent plasticity: what one pair of spikes does to a weight.
#pragma once

#include <span>
#include <vector>

#include "carve/rule/found_rule.hpp"

namespace carve::rule {

/// The change of a weight by one isolated pair of spikes, for each lag t_post - t_pre in seconds: above 0 the
/// presynaptic neuron spikes first. In units of the weight. `w`: the weight before the pair; the second spike sees what
/// the first one made of it. All traces are 0 before the pair and each spike adds 1 to its neuron's own after it
/// changed the weight, so the changes that single spikes make by themselves are part of the window: its value far from
/// lag 0. At lag 0 neither spike sees the other's trace, as within one step of a simulation (event_rule.hpp). The
/// weight is not clamped to [w_min, w_max]: the window says what the formulas do. Not a number where a formula is not
/// one.
///
/// Precondition: a rule between spiking neurons that reads no state of theirs. Bi and Poo 1998 (J. Neurosci. 18, 10464)
/// measured such windows: A_plus e^(-lag/tau_pre) for lag > 0, -A_minus e^(lag/tau_post) for lag < 0. That of
/// inhibitory plasticity is symmetric, eta (e^(-|lag|/tau) + alpha) with alpha < 0 (Vogels et al. 2011, Science 334,
/// 1569).
[[nodiscard]] std::vector<double> spike_pair_window(const Rule& rule, std::span<const double> lags, double w);

}  // namespace carve::rule
