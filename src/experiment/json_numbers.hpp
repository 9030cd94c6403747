// Numbers of the run's document, with as many digits as a picture can show.
#pragma once

#include <cmath>
#include <span>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace carve::experiment {

[[nodiscard]] inline nlohmann::ordered_json rounded(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(std::stod(fmt::format("{:.5g}", value)))
                              : nlohmann::ordered_json();
}

[[nodiscard]] inline nlohmann::ordered_json list_of(std::span<const double> values, double factor = 1) {
  auto list = nlohmann::ordered_json::array();
  for (const double each : values) list.push_back(rounded(factor * each));
  return list;
}

}  // namespace carve::experiment
