#include "carve/task/mean_field.hpp"

#include "carve/network/linear_rule.hpp"

namespace carve::task {
namespace {

/// <dw/dt> grows by this much per Hz of the postsynaptic rate.
double per_post_spike(const SixParameterRule& rule, double pre_rate) {
  return rule.beta + (rule.kappa * rule.tau_post + rule.gamma * rule.tau_pre) * pre_rate;
}

}  // namespace

SixParameterRule six_parameters(const rule::RuleSpace& space, std::span<const double> values) {
  const auto [alpha, kappa, beta, gamma, growth, decay] = network::linear_numbers(space, values, {});
  SixParameterRule six{.alpha = alpha, .beta = beta, .gamma = gamma, .kappa = kappa};
  for (const rule::Trace& each : space.events->traces)
    (each.side == rule::Side::pre ? six.tau_pre : six.tau_post) = values[each.time_constant];
  return six;
}

double settled_rate(const SixParameterRule& rule, double pre_rate) {
  return -rule.alpha * pre_rate / per_post_spike(rule, pre_rate);
}

bool stable_for_inhibition(const SixParameterRule& rule, double pre_rate) {
  return rule.alpha < 0 && per_post_spike(rule, pre_rate) > 0;
}

bool stable_for_excitation(const SixParameterRule& rule, double pre_rate) {
  return rule.alpha > 0 && per_post_spike(rule, pre_rate) < 0;
}

}  // namespace carve::task
