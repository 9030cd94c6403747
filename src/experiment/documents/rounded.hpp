// Numbers with as many digits as a picture can show.
#pragma once

#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace carve::experiment {

/// What is not finite stays so; JSON writes it as null.
[[nodiscard]] inline double rounded(double value) {
  return std::isfinite(value) ? std::stod(fmt::format("{:.5g}", value)) : value;
}

[[nodiscard]] inline std::vector<double> rounded(std::span<const double> values, double factor = 1) {
  std::vector<double> result;
  for (const double each : values) result.push_back(rounded(factor * each));
  return result;
}

}  // namespace carve::experiment
