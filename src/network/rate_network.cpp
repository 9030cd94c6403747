#include "carve/network/rate_network.hpp"

#include <algorithm>

#include "carve/base/scalar_math.hpp"
#include "carve/network/eliminate.hpp"

namespace carve::network {
namespace {

double activate(Activation activation, double input) {
  switch (activation) {
    case Activation::linear: break;
    case Activation::rectified: return input > 0 ? input : 0;
    case Activation::tanh: return base::tanh(input);
  }
  return input;
}

/// Settles outputs that all reach each other: (I - U) y = sum.
void settle_together(std::span<const double> lateral, std::size_t outputs, std::span<double> sums,
                     std::size_t columns) {
  std::vector<double> matrix(outputs * outputs, 0.0);
  for (std::size_t i = 0; i < outputs; ++i) {
    matrix[i * outputs + i] = 1;
    for (std::size_t p = 0; p + 1 < outputs; ++p)
      matrix[i * outputs + lateral_source(Lateral::symmetric, i, p)] = -lateral[i * (outputs - 1) + p];
  }
  eliminate(std::move(matrix), sums, columns);
}

/// What the lateral connections make of the outputs' summed inputs, [output][column], in place.
void settle(const RateNetwork& network, std::span<const double> weights, std::span<double> sums, std::size_t columns) {
  const auto outputs = static_cast<std::size_t>(network.outputs);
  const std::span<const double> lateral = weights.subspan(network.feedforward_count());
  if (network.lateral == Lateral::symmetric) {
    settle_together(lateral, outputs, sums, columns);
    return;
  }
  for (std::size_t i = 0; i < outputs; ++i) {
    const std::size_t first = lateral_first(network.lateral, outputs, i);
    for (std::size_t c = 0; c < columns; ++c) {
      double& own = sums[i * columns + c];
      for (std::size_t k = 0; k < lateral_inputs(network.lateral, outputs, i); ++k)
        own += lateral[first + k] * sums[k * columns + c];
      own = activate(network.activation, own);
    }
  }
}

}  // namespace

std::size_t RateNetwork::lateral_count() const {
  const auto count = static_cast<std::size_t>(outputs);
  return count == 0 ? 0 : lateral_first(lateral, count, count);
}

std::vector<Connection> RateNetwork::connections() const {
  std::vector<Connection> list{{"feedforward", "from the inputs to the outputs", 0, feedforward_count()}};
  if (lateral != Lateral::none)
    list.push_back({"lateral",
                    lateral == Lateral::hierarchical ? "from each output to those after it" : "among the outputs",
                    feedforward_count(), lateral_count()});
  return list;
}

std::vector<double> outputs_for(const RateNetwork& network, std::span<const double> weights,
                                std::span<const double> x) {
  const auto inputs = static_cast<std::size_t>(network.inputs);
  std::vector<double> y(static_cast<std::size_t>(network.outputs), 0.0);
  for (std::size_t i = 0; i < y.size(); ++i) {
    for (std::size_t j = 0; j < inputs; ++j) y[i] += weights[i * inputs + j] * x[j];
  }
  settle(network, weights, y, 1);
  return y;
}

std::vector<double> response(const RateNetwork& network, std::span<const double> weights) {
  std::vector<double> rows(weights.begin(), weights.begin() + static_cast<std::ptrdiff_t>(network.feedforward_count()));
  RateNetwork linear = network;
  linear.activation = Activation::linear;
  settle(linear, weights, rows, static_cast<std::size_t>(network.inputs));
  return rows;
}

}  // namespace carve::network
