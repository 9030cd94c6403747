#include "carve/task/activity.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "carve/base/aligned.hpp"
#include "carve/base/isa.hpp"
#include "carve/task/kernels/project_kernel.hpp"

namespace carve::task {
namespace {

/// Products of the deviations of outputs from their means.
class Correlations {
 public:
  Correlations(std::span<const double> outputs, std::size_t count)
      : count_(count), mean_(count, 0.0), centred_(outputs.begin(), outputs.end()), products_(count * count, 0.0) {
    for (std::size_t at = 0; at < outputs.size(); ++at) mean_[at % count] += outputs[at];
    for (double& each : mean_) each /= static_cast<double>(outputs.size() / count);
    for (std::size_t at = 0; at < outputs.size(); at += count) {
      for (std::size_t i = 0; i < count; ++i) centred_[at + i] -= mean_[i];
      for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t k = 0; k <= i; ++k) products_[i * count + k] += centred_[at + i] * centred_[at + k];
      }
    }
  }

  [[nodiscard]] const std::vector<double>& centred() const { return centred_; }
  [[nodiscard]] double product(std::size_t i, std::size_t k) const {
    return products_[std::max(i, k) * count_ + std::min(i, k)];
  }
  /// The squared correlation, where both outputs vary.
  [[nodiscard]] std::optional<double> square(std::size_t i, std::size_t k) const {
    const double correlation = product(i, k) / deviation(i) / deviation(k);
    const double square = correlation * correlation;
    if (!varies(i) || !varies(k) || !(square <= 1)) return std::nullopt;
    return square;
  }

 private:
  [[nodiscard]] double deviation(std::size_t i) const { return std::sqrt(product(i, i)); }
  /// Differences that rounding alone makes are no variance.
  [[nodiscard]] bool varies(std::size_t i) const {
    return std::isfinite(deviation(i)) && deviation(i) > 1e-12 * std::abs(mean_[i]);
  }

  std::size_t count_;
  std::vector<double> mean_;
  std::vector<double> centred_;   // [sample][output]
  std::vector<double> products_;  // the lower triangle
};

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

std::vector<double> products_with(std::span<const double> v, std::span<const float> values, std::size_t inputs) {
  const std::size_t samples = values.size() / inputs;
  const std::size_t rows = samples == 0 ? 0 : v.size() / samples;
  std::vector<double> sum(rows * inputs, 0.0);
  for (std::size_t t = 0; t < samples; ++t) {
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t j = 0; j < inputs; ++j)
        sum[r * inputs + j] += v[t * rows + r] * static_cast<double>(values[t * inputs + j]);
    }
  }
  return sum;
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
  const Correlations correlations(outputs, count);
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < i; ++k) sum += correlations.square(i, k).value_or(1.0);
  }
  return 2 * sum / static_cast<double>(count * (count - 1));
}

std::vector<double> by_outputs(std::span<const double> outputs, std::size_t count) {
  std::vector<double> result(outputs.size(), 0.0);
  if (count < 2) return result;
  const Correlations correlations(outputs, count);
  const double share = 2 / static_cast<double>(count * (count - 1));
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < count; ++k) {
      const auto square = i == k ? std::nullopt : correlations.square(i, k);
      if (!square) continue;
      // r^2 = c_ik^2 / (c_ii c_kk), by output i
      const double by_own = -2 * share * *square / correlations.product(i, i);
      const double by_other =
          2 * share * correlations.product(i, k) / correlations.product(i, i) / correlations.product(k, k);
      for (std::size_t at = 0; at < outputs.size(); at += count)
        result[at + i] += by_own * correlations.centred()[at + i] + by_other * correlations.centred()[at + k];
    }
  }
  return result;
}

}  // namespace carve::task
