// How a weight drifts while both neurons fire at given rates, independently of each other.
#pragma once

#include <functional>
#include <vector>

#include "carve/rule/found_rule.hpp"

namespace carve::predictions {

/// E[x_1 x_2 ...] of traces with these time constants (s; a trace may be there several times) of one Poisson process of
/// `rate` Hz, long after its start: the sum over all ways to split them into groups of the product of the groups'
/// cumulants, rate / sum over the group of 1/tau (Campbell's theorem).
[[nodiscard]] double trace_moment(std::vector<double> time_constants, double rate);

/// The mean change of a weight per second, d<w>/dt, where the weight is held at `w` and both neurons spike as
/// independent Poisson processes of `pre` and `post` Hz. Spikes find the traces as they are on average, since Poisson
/// processes have no memory. Exact for rules that are polynomials in their traces, and else the mean over `samples`
/// spikes of each side, the same for all rates but for their unit of time.
/// Precondition: a rule between spiking neurons that reads no state of theirs.
[[nodiscard]] double mean_drift(const rule::Rule& rule, double pre, double post, double w);
inline constexpr int samples = 2000;
/// Whether the mean is exact.
[[nodiscard]] bool exact_drift(const rule::Rule& rule);

/// Where `f` changes its sign between neighbours of `grid`, by bisection; a zero on the grid counts once, and ranges
/// where it is 0 do not.
[[nodiscard]] std::vector<double> zero_crossings(const std::function<double(double)>& f,
                                                 const std::vector<double>& grid);

}  // namespace carve::predictions
