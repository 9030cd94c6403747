#include "carve/task/activity.hpp"

#include <algorithm>
#include <cmath>

#include "carve/base/aligned.hpp"
#include "carve/base/isa.hpp"
#include "carve/task/kernels/project_kernel.hpp"

namespace carve::task {
namespace {

/// Differences that rounding alone makes are no variance.
bool varies(double deviation, double mean) { return std::isfinite(deviation) && deviation > 1e-12 * std::abs(mean); }

constexpr base::PerIsa<ProjectKernel> project_kernel{scalar::project, v3::project, v4::project};

}  // namespace

std::vector<double> project(std::span<const double> rows, std::size_t inputs, std::span<const float> values) {
  const std::size_t samples = values.size() / inputs;
  const std::size_t count = rows.size() / inputs;
  std::vector<double> out(samples * count);
  base::AlignedVector<double> scratch(inputs * project_block);
  project_kernel()(values.data(), samples, inputs, rows.data(), count, scratch.data(), out.data());
  return out;
}

std::vector<double> activity(const network::RateNetwork& network, std::span<const double> weights,
                             std::span<const float> values) {
  const auto inputs = static_cast<std::size_t>(network.inputs);
  if (network.activation == network::Activation::linear)
    return project(network::response(network, weights), inputs, values);
  std::vector<double> sums = project(weights.first(network.feedforward_count()), inputs, values);
  // The rest of the network: the same one, with the sums as its inputs, one for each output.
  const auto outputs = static_cast<std::size_t>(network.outputs);
  network::RateNetwork rest = network;
  rest.inputs = network.outputs;
  std::vector<double> rest_weights(rest.weight_count(), 0.0);
  for (std::size_t i = 0; i < outputs; ++i) rest_weights[i * outputs + i] = 1;
  std::copy(weights.begin() + static_cast<std::ptrdiff_t>(network.feedforward_count()), weights.end(),
            rest_weights.begin() + static_cast<std::ptrdiff_t>(rest.feedforward_count()));
  for (std::size_t at = 0; at < sums.size(); at += outputs) {
    const std::vector<double> y = network::outputs_for(rest, rest_weights, std::span(sums).subspan(at, outputs));
    std::copy(y.begin(), y.end(), sums.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return sums;
}

bool has_response(const network::RateNetwork& network, const base::Span& place, base::Diagnostics& diagnostics) {
  if (network.activation == network::Activation::linear) return true;
  diagnostics.error(place, "this loss is about what linear outputs span, and this network's are not linear",
                    "set activation = \"linear\" in [network], or use another loss");
  return false;
}

std::span<const float> last_samples(std::span<const float> values, std::size_t inputs, std::size_t count) {
  return values.last(std::min(values.size(), count * inputs));
}

double mean_squared_correlation(std::span<const double> outputs, std::size_t count) {
  if (count < 2) return 0;
  const std::size_t samples = outputs.size() / count;
  std::vector<double> mean(count, 0.0);
  for (std::size_t at = 0; at < outputs.size(); ++at) mean[at % count] += outputs[at];
  for (double& each : mean) each /= static_cast<double>(samples);
  std::vector<double> products(count * count, 0.0);  // the lower triangle
  std::vector<double> centred(count);
  for (std::size_t t = 0; t < samples; ++t) {
    for (std::size_t i = 0; i < count; ++i) centred[i] = outputs[t * count + i] - mean[i];
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t k = 0; k <= i; ++k) products[i * count + k] += centred[i] * centred[k];
    }
  }
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double own = std::sqrt(products[i * count + i]);
    for (std::size_t k = 0; k < i; ++k) {
      const double other = std::sqrt(products[k * count + k]);
      const double correlation = products[i * count + k] / own / other;
      const double square = correlation * correlation;
      sum += varies(own, mean[i]) && varies(other, mean[k]) && square <= 1 ? square : 1.0;
    }
  }
  return 2 * sum / static_cast<double>(count * (count - 1));
}

}  // namespace carve::task
