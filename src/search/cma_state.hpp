// Everything of CMA-ES that changes, as plain data and as bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "carve/search/cma_distribution.hpp"
#include "carve/search/restarts.hpp"
#include "carve/search/stopping.hpp"

namespace carve::search {

/// What is not here is made again from it and from the problem.
struct CmaState {
  std::uint64_t generations = 0;  ///< of all runs
  std::uint64_t evaluations = 0;
  std::uint64_t run_evaluations = 0;  ///< candidates of this run, each counted once
  double effort = 1;
  RestartState restarts;
  RunPlan plan;  ///< this run's
  CmaDistribution distribution;
  LossHistory history;
  std::vector<double> earlier_mean;  ///< the best earlier run's; empty before the first restart
  double earlier_loss = 0;
  Stop stopped = Stop::none;
};

/// Whether all numbers are finite and the step size is positive.
[[nodiscard]] bool is_finite(const CmaDistribution& distribution);

/// `owner` names the problem and options to which the state belongs.
[[nodiscard]] std::string write_state(const CmaState& state, std::uint64_t owner);

/// Nothing where the bytes are damaged, cut, of another owner or format, or do not fit what is given.
[[nodiscard]] std::optional<CmaState> read_state(std::string_view bytes, std::uint64_t owner, std::size_t dimension,
                                                 Covariance covariance, std::uint64_t first_population);

}  // namespace carve::search
