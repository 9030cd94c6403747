#include "carve/task/mean_field.hpp"

namespace carve::task {
namespace {

/// <dw/dt> grows by this much per Hz of the postsynaptic rate.
double per_post_spike(const SixParameterRule& rule, double pre_rate) {
  return rule.beta + (rule.kappa * rule.tau_post + rule.gamma * rule.tau_pre) * pre_rate;
}

}  // namespace

double settled_rate(const SixParameterRule& rule, double pre_rate) {
  return -rule.alpha * pre_rate / per_post_spike(rule, pre_rate);
}

bool stable_for_inhibition(const SixParameterRule& rule, double pre_rate) {
  return rule.alpha < 0 && per_post_spike(rule, pre_rate) > 0;
}

}  // namespace carve::task
