// From losses to ranks, and how far two measurements of the same candidates disagree in rank.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace carve::search {

/// One loss per candidate: the loss, or the mean of both measurements; +inf where one of them is not finite.
[[nodiscard]] std::vector<double> combine(std::span<const double> losses, std::span<const double> repeated);

/// Indices from best to worst; ties keep their order.
[[nodiscard]] std::vector<std::size_t> rank(std::span<const double> losses);

/// The uncertainty s of UH-CMA-ES (Hansen, Niederberger, Guzzella & Koumoutsakos 2009, section IV): how many ranks a
/// candidate moves, among all 2 lambda measurements, from one measurement to the other, beyond `theta` / 2 of what a
/// random order would give. Positive: selection follows the noise. Between about -lambda and 2 lambda.
[[nodiscard]] double rank_uncertainty(std::span<const double> first, std::span<const double> second,
                                      double theta = 0.2);

}  // namespace carve::search
