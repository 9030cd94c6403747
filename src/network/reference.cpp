#include "carve/network/reference.hpp"

#include "carve/rule/evaluate.hpp"

namespace carve::network {

std::vector<double> reference(const RateNetwork& network, std::span<const rule::Rule> rules,
                              std::span<const double> inputs, std::size_t steps, std::vector<double> weights) {
  const auto synapses = static_cast<std::size_t>(network.inputs);
  const auto outputs = static_cast<std::size_t>(network.outputs);
  const std::size_t batch = network.update == Update::batch_mean ? static_cast<std::size_t>(network.batch) : 1;
  std::vector<double> change(weights.size(), 0.0);
  const auto learn = [&](const rule::Rule& rule, std::size_t at, double x, double y) {
    rule::Bindings<double> names{{"x", x}, {"y", y}, {"w", weights[at]}};
    for (std::size_t p = 0; p < rule.values.size(); ++p) names[rule.space.parameters[p].name] = rule.values[p];
    change[at] += rule::evaluate<double>(rule.space.dw, names);
  };
  for (std::size_t step = 0; step < steps; ++step) {
    const std::span<const double> x = inputs.subspan(step * synapses, synapses);
    const std::vector<double> y = outputs_for(network, weights, x);
    for (std::size_t i = 0; i < outputs; ++i) {
      for (std::size_t j = 0; j < synapses; ++j) learn(rules[0], i * synapses + j, x[j], y[i]);
      for (std::size_t p = 0; p < lateral_inputs(network.lateral, outputs, i); ++p) {
        const std::size_t at = network.feedforward_count() + lateral_first(network.lateral, outputs, i) + p;
        learn(rules[1], at, y[lateral_source(network.lateral, i, p)], y[i]);
      }
    }
    if ((step + 1) % batch != 0) continue;
    for (std::size_t at = 0; at < weights.size(); ++at) weights[at] += change[at] / static_cast<double>(batch);
    change.assign(weights.size(), 0.0);
  }
  return weights;
}

}  // namespace carve::network
