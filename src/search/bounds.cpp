#include "carve/search/bounds.hpp"

#include <algorithm>
#include <cmath>

namespace carve::search {
namespace {

double square(double x) { return x * x; }

}  // namespace

double reflect(double value, double lower, double upper) {
  if (value >= lower && value <= upper) return value;
  if (!(upper > lower)) return lower;
  if (!std::isfinite(lower)) return 2 * upper - value;
  if (!std::isfinite(upper)) return 2 * lower - value;
  const double period = 2 * (upper - lower);
  double offset = value - lower;
  offset -= period * std::floor(offset / period);
  return std::clamp(lower + std::min(offset, period - offset), lower, upper);
}

Bounds::Bounds(const std::vector<Coordinate>& coordinates, double sigma) {
  for (std::size_t i = 0; i < coordinates.size(); ++i) {
    const auto& [initial, lower, upper, scale, penalised] = coordinates[i];
    if (!std::isfinite(lower) && !std::isfinite(upper)) continue;
    const double margin = std::min(0.05 * (upper - lower), 0.5 * sigma * scale);
    edges_.push_back({i, lower, upper, std::isfinite(lower) ? margin : 0, std::isfinite(upper) ? margin : 0});
  }
}

double Bounds::bend(const Edge& edge, double value) {
  const auto& [coordinate, lower, upper, below, above] = edge;
  if (!(upper > lower)) return lower;
  value = reflect(value, lower - below, upper + above);
  if (value < lower + below) value = lower + square(value - (lower - below)) / (4 * below);
  else if (value > upper - above) value = upper - square(value - (upper + above)) / (4 * above);
  return std::clamp(value, lower, upper);
}

void Bounds::to_inside(std::span<const double> free, std::span<double> inside) const {
  if (inside.data() != free.data()) std::copy(free.begin(), free.end(), inside.begin());
  for (const Edge& edge : edges_) inside[edge.coordinate] = bend(edge, free[edge.coordinate]);
}

double Bounds::to_free(std::size_t coordinate, double inside) const {
  const auto found =
      std::find_if(edges_.begin(), edges_.end(), [&](const Edge& edge) { return edge.coordinate == coordinate; });
  if (found == edges_.end()) return inside;
  const auto& [index, lower, upper, below, above] = *found;
  if (!(upper > lower)) return lower;
  const double value = std::clamp(inside, lower, upper);
  if (value < lower + below) return lower - below + std::sqrt(4 * below * (value - lower));
  if (value > upper - above) return upper + above - std::sqrt(4 * above * (upper - value));
  return value;
}

}  // namespace carve::search
