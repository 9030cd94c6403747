// Event rules that the spiking kernels can run: linear in the trace of the other side.
#pragma once

#include <array>
#include <span>

#include "carve/base/units.hpp"
#include "carve/rule/rule_space.hpp"

namespace carve::network {

/// Whether on_pre = a + b x_post and on_post = c + d x_pre, with one trace of spikes on each side and a, b, c, d
/// free of w and the traces.
[[nodiscard]] bool is_linear(const rule::RuleSpace& space);

/// a, b, c, d of each lane in the order of LinearRule (kernels/spiking_kernels.hpp), then e^(dt / tau_pre) and e^(-dt /
/// tau_post).
inline constexpr std::size_t linear_numbers_count = 6;
using LinearNumbers = std::array<double, linear_numbers_count>;

/// values: of the rule's parameters. Precondition: is_linear.
[[nodiscard]] LinearNumbers linear_numbers(const rule::RuleSpace& space, std::span<const double> values,
                                           base::Seconds dt);

}  // namespace carve::network
