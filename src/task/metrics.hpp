// Figures that say in familiar terms what a network has learned, whatever loss the search used.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "carve/task/loss.hpp"

namespace carve::task {

class Inputs;

struct Metric {
  std::string name;
  std::string brief;
  double failed = 0;  // what a lifetime that did not finish counts as: the worst there is
  /// Of one finished lifetime. The trial's samples and components are looked at, its `truth` is not.
  std::function<double(const Learned&)> value;
};

/// The figures that make sense for this network, inputs and loss.
[[nodiscard]] std::vector<Metric> metrics(const network::RateNetwork& network, const Loss& loss);

}  // namespace carve::task
