// What a network's outputs do for given samples.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "carve/base/diagnostic.hpp"
#include "carve/network/rate_network.hpp"

namespace carve::task {

/// y = R x for each sample x: [sample][row]. rows: [row][input]; values: [sample][input].
[[nodiscard]] std::vector<double> project(std::span<const double> rows, std::size_t inputs,
                                          std::span<const float> values);

/// sum_t v_t x_t', [row][input], for one v_t, [row], for each sample x_t; values: [sample][input].
[[nodiscard]] std::vector<double> products_with(std::span<const double> v, std::span<const float> values,
                                                std::size_t inputs);

/// The outputs for each sample, [sample][output], under weights that stay as they are. Not finite where a symmetric
/// network has no steady state. About samples x inputs x outputs multiplications.
[[nodiscard]] std::vector<double> activity(const network::RateNetwork& network, std::span<const double> weights,
                                           std::span<const float> values);

/// True where outputs are linear in the inputs, so that network::response says all; reports that they are not.
bool has_response(const network::RateNetwork& network, const base::Span& place, base::Diagnostics& diagnostics);

/// The last `count` samples, or all where there are fewer.
[[nodiscard]] std::span<const float> last_samples(std::span<const float> values, std::size_t inputs, std::size_t count);

/// Outputs, [sample][output]: the mean over pairs of different outputs of their squared correlation. An output that
/// does not vary, or is not finite, counts as correlated with all others: it says nothing of its own. 0 for a single
/// output.
[[nodiscard]] double mean_squared_correlation(std::span<const double> outputs, std::size_t count);
/// Its derivative by each output, [sample][output].
[[nodiscard]] std::vector<double> by_outputs(std::span<const double> outputs, std::size_t count);

}  // namespace carve::task
