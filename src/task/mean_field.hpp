// What the six-parameter rule settles at, by mean field: uncorrelated spikes, all weights alike (Vogels et al. 2011).
#pragma once

#include <span>

#include "carve/rule/rule_space.hpp"

namespace carve::task {

/// w += eta (alpha + kappa x_post) at presynaptic spikes, w += eta (beta + gamma x_pre) at postsynaptic ones; time
/// constants in s. eta does not matter here.
struct SixParameterRule {
  double alpha = 0, beta = 0, gamma = 0, kappa = 0;
  double tau_pre = 0.02, tau_post = 0.02;
};

/// The same numbers of any rule that network::is_linear, eta included.
[[nodiscard]] SixParameterRule six_parameters(const rule::RuleSpace& space, std::span<const double> values);

/// The postsynaptic rate at which <dw/dt> is 0:
/// alpha nu_pre + beta nu + (kappa tau_post + gamma tau_pre) nu_pre nu = 0. Both in Hz; may be negative or infinite.
[[nodiscard]] double settled_rate(const SixParameterRule& rule, double pre_rate);

/// Whether an inhibitory synapse returns to that rate: its weight falls without postsynaptic spikes and grows by them.
[[nodiscard]] bool stable_for_inhibition(const SixParameterRule& rule, double pre_rate);
/// The same for an excitatory synapse: the other half.
[[nodiscard]] bool stable_for_excitation(const SixParameterRule& rule, double pre_rate);

}  // namespace carve::task
