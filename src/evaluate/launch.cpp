#include "carve/evaluate/launch.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <dlfcn.h>
#include <fmt/format.h>

#include "carve/base/error.hpp"

namespace carve::evaluate {
namespace {

/// A whole number from the environment; `otherwise` where there is none.
int number(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  if (text == nullptr) return otherwise;
  int value = otherwise;
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), value);
  return error == std::errc() && *end == '\0' ? value : otherwise;
}

}  // namespace

Launch launched() {
  struct Names {
    const char *size, *rank;
  };
  // mpirun of Open MPI; any launcher that speaks PMI; a step of srun, whose processes know their number whatever it
  // offers for MPI.
  for (const Names& each : {Names{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"}, Names{"PMI_SIZE", "PMI_RANK"},
                            Names{"SLURM_STEP_NUM_TASKS", "SLURM_PROCID"}}) {
    const int ranks = number(each.size, 0);
    if (ranks > 0) return {ranks, number(each.rank, 0)};
  }
  return {};
}

std::unique_ptr<Channel> load_channel(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) continue;
    // Global: Open MPI's own modules look for its symbols among those of the whole program.
    void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (module == nullptr) {
      const char* why = dlerror();
      throw base::EnvironmentError(fmt::format("cannot load '{}': {}", path, why == nullptr ? "no reason given" : why),
                                   "is Open MPI installed on this machine? Debian's package is openmpi-bin");
    }
    void* make = dlsym(module, "carve_mpi_channel");
    if (make == nullptr) throw base::EnvironmentError(fmt::format("'{}' is not carve's", path));
    return std::unique_ptr<Channel>(reinterpret_cast<Channel* (*)()>(make)());
  }
  throw base::EnvironmentError("several ranks were launched, but this carve was built without MPI",
                               "install libopenmpi-dev and build again, or start one process");
}

}  // namespace carve::evaluate
