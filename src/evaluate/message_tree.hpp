// How what all ranks must hear spreads from the leader: each rank passes it on to a few others.
#pragma once

#include <vector>

namespace carve::evaluate {

inline constexpr int branches = 8;

/// The ranks to which `rank` of `size` passes on what it hears.
[[nodiscard]] inline std::vector<int> children_of(int rank, int size) {
  std::vector<int> children;
  for (int child = rank * branches + 1; child <= rank * branches + branches && child < size; ++child)
    children.push_back(child);
  return children;
}

}  // namespace carve::evaluate
