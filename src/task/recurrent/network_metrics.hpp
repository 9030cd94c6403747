// The seventeen metrics of a network's activity and weights, and whether they are plausible.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "carve/task/recurrent/recurrent_loss.hpp"

namespace carve::task {

/// What is fine for a metric, and where it is best.
struct MetricRange {
  std::string name;
  std::string brief;
  double ideal = 0;
  double lowest = -std::numeric_limits<double>::infinity();
  double highest = std::numeric_limits<double>::infinity();
};

/// All of them in order, with the thresholds by which Confavreux et al. (2025b) call a network plausible.
[[nodiscard]] const std::vector<MetricRange>& metric_ranges();

/// The metrics of a finished lifetime with a recording, in the same order; those of connections that the network lacks
/// are left out. See population_metrics.hpp; rates and weights are means over the recorded part and at its end.
[[nodiscard]] std::vector<Figure> network_metrics(const RecurrentView& view, std::span<const MetricRange> ranges);

/// Whether all are as they should be.
[[nodiscard]] bool plausible(std::span<const Figure> metrics);

}  // namespace carve::task
