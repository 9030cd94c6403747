// What the rank that leads a run tells the others: what runs, from where, and what there is to choose from at its end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "carve/experiment/experiment.hpp"

namespace carve::experiment {

struct Orders {
  std::string experiment, file;  // the resolved text, and the path from which the user's file came
  std::uint64_t generation = 0;  // to go on from
  std::string search;            // the state of the search; empty where it has none yet
  std::uint64_t fingerprint = 0;
};
[[nodiscard]] std::string pack(const Orders& orders);
[[nodiscard]] Orders unpack_orders(std::string_view bytes);

/// Points: all parameter values of each candidate.
[[nodiscard]] std::string pack(const std::vector<std::vector<double>>& points);
[[nodiscard]] std::vector<std::vector<double>> unpack_points(std::string_view bytes);

/// Of the inputs of the first trial: where two ranks read other data, it differs.
[[nodiscard]] std::uint64_t fingerprint(const Experiment& experiment);

}  // namespace carve::experiment
