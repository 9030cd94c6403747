// A linear readout of outputs: what a network's activity says about the class of its input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace carve::task {

struct ReadoutPlan {
  std::size_t train = 500;  // labelled samples it is fitted to
  std::size_t test = 500;   // the ones after those, on which it is judged
  std::size_t classes = 0;
  double ridge = 1e-3;  // penalty on squared weights, relative to the mean variance of the outputs
};

/// The share of test samples whose class the readout gets wrong: ridge regression on one-hot targets with a free bias,
/// in closed form; the class with the largest prediction wins, the lower one of equals. outputs: [sample][output]; the
/// first plan.train samples train, the next plan.test test. Scaling all outputs changes nothing. Outputs that are all
/// constant leave the most frequent class; outputs that are not finite are all wrong: 1.
[[nodiscard]] double readout_error(const ReadoutPlan& plan, std::span<const double> outputs,
                                   std::span<const std::uint8_t> labels);

}  // namespace carve::task
