#include "carve/network/reference.hpp"

#include "carve/rule/evaluate.hpp"

namespace carve::network {

std::vector<double> reference(const RateNetwork& network, const rule::RuleSpace& space, std::span<const double> values,
                              std::span<const double> inputs, std::size_t steps, std::vector<double> weights) {
  const auto synapses = static_cast<std::size_t>(network.inputs);
  const std::size_t batch = network.update == Update::batch_mean ? static_cast<std::size_t>(network.batch) : 1;
  rule::Bindings<double> names;
  for (std::size_t i = 0; i < values.size(); ++i) names[space.parameters[i].name] = values[i];
  for (std::size_t output = 0; output < static_cast<std::size_t>(network.outputs); ++output) {
    double* const w = weights.data() + output * synapses;
    std::vector<double> change(synapses, 0.0);
    for (std::size_t step = 0; step < steps; ++step) {
      const double* const x = inputs.data() + step * synapses;
      double y = 0;
      for (std::size_t j = 0; j < synapses; ++j) y += w[j] * x[j];
      names["y"] = y;
      for (std::size_t j = 0; j < synapses; ++j) {
        names["x"] = x[j];
        names["w"] = w[j];
        change[j] += rule::evaluate<double>(space.dw, names);
      }
      if ((step + 1) % batch != 0) continue;
      for (std::size_t j = 0; j < synapses; ++j) {
        w[j] += change[j] / static_cast<double>(batch);
        change[j] = 0;
      }
    }
  }
  return weights;
}

}  // namespace carve::network
