// Several searches side by side, from different points, as one.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "carve/search/optimiser.hpp"

namespace carve::search {

/// Makes the chosen search for a problem; nullptr where it cannot (and has said why).
using MakeSearch = std::function<std::unique_ptr<Optimiser>(const Problem& problem)>;

/// The problem of one start: start 0 is the problem itself; the others begin at its initial point plus `spread` times
/// each coordinate's scale times a normal number, mirrored into the bounds, and have seeds of their own. Both come
/// from streams keyed by the problem's seed and the start.
[[nodiscard]] Problem start_problem(const Problem& problem, std::size_t start, double spread);

/// `starts` searches whose candidates are asked together, one start's after the other's, so that they fill the lanes.
/// A start that has stopped asks no more; the search stops when all have. Its guess is that of the start whose last
/// ten generations' losses have the least median. One start is that search itself, unwrapped, to the byte.
/// Calls `make` for start 0 first and returns nullptr as soon as one is not made. starts >= 1, spread >= 0.
[[nodiscard]] std::unique_ptr<Optimiser> make_multi_start(const MakeSearch& make, const Problem& problem,
                                                          std::size_t starts, double spread);

}  // namespace carve::search
