#include "carve/predictions/protocols.hpp"

namespace carve::predictions {

const std::vector<const Protocol*>& spike_protocols() {
  static const std::vector<const Protocol*> list{&stdp_window,      &pairing_frequency, &triplets,
                                                 &quadruplets,      &rate_dependence,   &weight_dependence,
                                                 &presynaptic_only, &postsynaptic_only};
  return list;
}

const std::vector<const Protocol*>& rate_protocols() {
  static const std::vector<const Protocol*> list{&bcm_curve, &rate_weight_dependence, &rate_presynaptic_only,
                                                 &rate_postsynaptic_only};
  return list;
}

const std::vector<const Protocol*>& protocols_of(const rule::Rule& rule) {
  return rule.space.events ? spike_protocols() : rate_protocols();
}

}  // namespace carve::predictions
