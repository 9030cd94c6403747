// What rate networks there are: their size, their wiring, when their weights change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "carve/network/wiring.hpp"

namespace carve::network {

/// When weights change.
enum class Update {
  online,      // after every sample
  batch_mean,  // after every `batch` samples, by the mean of their dw; samples left over at the end change nothing
};

/// The synapses that follow one rule. Its variables: x is the activity of the presynaptic neuron, y that of the
/// postsynaptic one, w the weight.
struct Connection {
  std::string name;   // NAME of [rule.NAME]
  std::string brief;  // from where to where
  std::size_t first = 0;
  std::size_t count = 0;  // of a candidate's weights
};

/// `outputs` neurons with `inputs` synapses each (Oja 1982), and what connects them among each other:
/// y_i = f(sum_j w_ij x_j + sum_k u_ik y_k). Samples come one per step; all weights change by the activities of the
/// sample. Weights of one network: [output][input], then the lateral ones (wiring.hpp).
struct RateNetwork {
  std::int64_t inputs = 0;
  std::int64_t outputs = 1;
  Lateral lateral = Lateral::none;
  Activation activation = Activation::linear;
  Update update = Update::online;
  std::int64_t batch = 10;
  bool double_precision = false;

  [[nodiscard]] std::size_t feedforward_count() const { return static_cast<std::size_t>(inputs * outputs); }
  [[nodiscard]] std::size_t lateral_count() const;
  [[nodiscard]] std::size_t weight_count() const { return feedforward_count() + lateral_count(); }
  /// In the order of their weights.
  [[nodiscard]] std::vector<Connection> connections() const;
};

/// What the outputs are for one sample x, under the weights of one network; not finite where a symmetric network has no
/// steady state.
[[nodiscard]] std::vector<double> outputs_for(const RateNetwork& network, std::span<const double> weights,
                                              std::span<const double> x);
/// The inputs' weight on each output when all paths are counted: (I - U)^-1 W, [output][input]. For linear networks.
[[nodiscard]] std::vector<double> response(const RateNetwork& network, std::span<const double> weights);
/// d score / d weight of a score that sees the response alone: R = response(network, weights), by_response: d score / d
/// R, both [output][input].
[[nodiscard]] std::vector<double> by_weights(const RateNetwork& network, std::span<const double> weights,
                                             std::span<const double> response, std::vector<double> by_response);

}  // namespace carve::network
