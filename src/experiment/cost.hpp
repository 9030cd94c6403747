// What an experiment would take: some of the lifetimes of its search's first generation, timed.
#pragma once

#include "carve/evaluate/scaling.hpp"
#include "carve/evaluate/workers.hpp"
#include "carve/experiment/experiment.hpp"

namespace carve::experiment {

struct Cost {
  evaluate::Workload work;
  std::size_t population = 0;
  double simulations = 0;  // lifetimes of the whole search
  double megabytes = 0;    // of trials in memory, on one machine
};

/// Times a sample of real candidates' lifetimes for about `budget` seconds, and everything else that a generation
/// takes. Times are of the processor, per thread. The experiment's search must be at its beginning, and is spoilt.
[[nodiscard]] Cost measure_cost(Experiment& experiment, double budget = 5);

}  // namespace carve::experiment
