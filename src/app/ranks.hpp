// Runs over the ranks that mpirun or srun started, and what becomes of failures there.
#pragma once

#include <functional>
#include <string>

#include "carve/evaluate/ranks.hpp"

namespace carve::app {

/// A failure as it is shown: what happened, what to do; and the exit code.
struct Failure {
  std::string message;
  int code = 0;
};
/// Of the exception that is being handled.
[[nodiscard]] Failure current_failure();

struct RankArguments {
  int threads = 0;
  double timeout = 60;
  const evaluate::StopFlag* stop = nullptr;
};

/// True where a launcher started this process as one of several, but not as the first: it prints nothing.
[[nodiscard]] bool follows();

/// Calls `work` with the ranks that share it, or with nullptr where this process is alone; then all leave together.
/// Failures are shown once, by the leader, and end all ranks. Returns the exit code: on ranks that do not lead, 0 where
/// all went well.
int with_ranks(const RankArguments& arguments, const std::function<int(evaluate::Ranks*)>& work);

}  // namespace carve::app
