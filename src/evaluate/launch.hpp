// Whether this process is one of several that mpirun or srun started, and the channel between them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "carve/evaluate/channel.hpp"

namespace carve::evaluate {

/// As what a launcher started this process.
struct Launch {
  int ranks = 1;
  int rank = 0;
};

/// As the environment has it: Open MPI's mpirun, or srun with PMIx or PMI-2. {1, 0} where nothing started us.
[[nodiscard]] Launch launched();

/// Opens the module that talks MPI, from the first of `paths` that exists. Throws base::EnvironmentError where there is
/// none, or where it does not load.
[[nodiscard]] std::unique_ptr<Channel> load_channel(const std::vector<std::string>& paths);

}  // namespace carve::evaluate
