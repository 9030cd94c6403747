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

/// use(i, k, at): lateral weight `at` leads from output k to output i.
template <class Use>
void each_lateral(const RateNetwork& network, Use use) {
  const auto outputs = static_cast<std::size_t>(network.outputs);
  for (std::size_t i = 0; i < outputs; ++i) {
    const std::size_t first = network.feedforward_count() + lateral_first(network.lateral, outputs, i);
    for (std::size_t p = 0; p < lateral_inputs(network.lateral, outputs, i); ++p)
      use(i, lateral_source(network.lateral, i, p), first + p);
  }
}

enum class Turned { no, yes };

/// I - U, or its transpose: [row][row].
std::vector<double> lateral_matrix(const RateNetwork& network, std::span<const double> weights, Turned turned) {
  const auto outputs = static_cast<std::size_t>(network.outputs);
  std::vector<double> matrix(outputs * outputs, 0.0);
  for (std::size_t i = 0; i < outputs; ++i) matrix[i * outputs + i] = 1;
  each_lateral(network, [&](std::size_t i, std::size_t k, std::size_t at) {
    matrix[turned == Turned::yes ? k * outputs + i : i * outputs + k] = -weights[at];
  });
  return matrix;
}

/// What the lateral connections make of the outputs' summed inputs, [output][column], in place.
void settle(const RateNetwork& network, std::span<const double> weights, std::span<double> sums, std::size_t columns) {
  const auto outputs = static_cast<std::size_t>(network.outputs);
  const std::span<const double> lateral = weights.subspan(network.feedforward_count());
  if (network.lateral == Lateral::symmetric) {
    eliminate(lateral_matrix(network, weights, Turned::no), sums, columns);  // (I - U) y = sum
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

std::vector<double> by_weights(const RateNetwork& network, std::span<const double> weights,
                               std::span<const double> response, std::vector<double> by_response) {
  const auto inputs = static_cast<std::size_t>(network.inputs);
  // R = A^-1 W with A = I - U: by W it is X = A^-T (by R), by U it is X R'.
  std::vector<double> result = std::move(by_response);
  eliminate(lateral_matrix(network, weights, Turned::yes), result, inputs);
  result.resize(network.weight_count(), 0.0);
  each_lateral(network, [&](std::size_t i, std::size_t k, std::size_t at) {
    for (std::size_t j = 0; j < inputs; ++j) result[at] += result[i * inputs + j] * response[k * inputs + j];
  });
  return result;
}

}  // namespace carve::network
