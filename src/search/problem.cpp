#include "carve/search/problem.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

namespace carve::search {

bool check_problem(const Problem& problem, const base::Span& place, base::Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.size();
  if (problem.coordinates.empty()) diagnostics.error(place, "nothing to search: the rule has no free parameter");
  for (const Coordinate& each : problem.coordinates) {
    if (std::isfinite(each.initial) && each.lower <= each.upper && each.scale > 0 && std::isfinite(each.scale))
      continue;
    diagnostics.error(
        place, fmt::format("cannot search a parameter from {} within [{}, {}]", each.initial, each.lower, each.upper));
  }
  return diagnostics.size() == before;
}

std::vector<double> initial_point(const Problem& problem) {
  std::vector<double> point;
  for (const Coordinate& each : problem.coordinates) point.push_back(std::clamp(each.initial, each.lower, each.upper));
  return point;
}

void expect_losses(std::string_view method, std::size_t candidates, std::span<const double> losses,
                   std::span<const double> repeated) {
  if (losses.size() == candidates && (repeated.empty() || repeated.size() == candidates)) return;
  throw std::invalid_argument(
      fmt::format("{} was told {} and {} losses of {} candidates", method, losses.size(), repeated.size(), candidates));
}

void put_problem(base::ByteWriter& writer, const Problem& problem) {
  for (const Coordinate& each : problem.coordinates) {
    writer.put(each.initial).put(each.lower).put(each.upper).put(each.scale).put(std::uint64_t{each.penalised});
  }
  writer.put(problem.seed).put(problem.l1);
}

}  // namespace carve::search
