#include "carve/app/ranks.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <new>

#include <fmt/format.h>
#include <unistd.h>

#include "carve/app/commands.hpp"
#include "carve/base/error.hpp"
#include "carve/base/version.hpp"
#include "carve/evaluate/launch.hpp"

namespace carve::app {
namespace {

/// Where the module that talks MPI may be: in the build tree, and installed.
std::vector<std::string> module_paths() {
  std::error_code ignored;
  const auto here = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  return {(here / "../evaluate/mpi/carve_mpi.so").lexically_normal().string(),
          (here / "../lib/carve/carve_mpi.so").lexically_normal().string()};
}

void show(const std::string& message) {
  fmt::print(stderr, "error: {}", message);
  std::fflush(stderr);
}

/// Open MPI's mpirun waits, for a quarter of an hour, for its daemon on a machine that is cut off. Where it is still
/// there some time after the job was ended, it is ended too.
void end_launcher_later() {
  const pid_t launcher = getppid();
  std::ifstream file(fmt::format("/proc/{}/comm", launcher));
  std::string name;
  std::getline(file, name);
  if (name != "mpirun" && name != "orterun" && name != "mpiexec" && name != "orted") return;
  if (fork() != 0) return;
  // Only what is safe beside threads. In a session of its own, and without the pipes that the launcher reads to their
  // end.
  setsid();
  for (int file_descriptor = 0; file_descriptor < 3; ++file_descriptor) close(file_descriptor);
  constexpr unsigned grace = 5;  // s
  sleep(grace);
  kill(launcher, SIGKILL);  // it ends badly by any other signal while it is ending
  _exit(0);
}

std::unique_ptr<evaluate::Ranks> meet(const RankArguments& arguments, int expected) {
  const base::Version version = base::version();
  auto ranks = std::make_unique<evaluate::Ranks>(
      evaluate::load_channel(module_paths()),
      evaluate::RanksOptions{.timeout = arguments.timeout,
                             .threads = arguments.threads,
                             .stop = arguments.stop,
                             .build = fmt::format("{}, {}, {}", version.release, version.compiler, version.build),
                             .on_lost =
                                 [](const std::string& message) {
                                   show(message.substr(0, message.find_last_not_of('\n') + 1) +
                                        "\n  the job ends; 'carve resume' goes on from the last whole generation, "
                                        "with any number of ranks\n");
                                   end_launcher_later();
                                 },
                             .exit_code = environment_error});
  if (ranks->size() == expected) return ranks;
  const int size = ranks->size();
  ranks->leave();
  throw base::EnvironmentError(fmt::format("{} processes were launched together, but MPI knows of {}", expected, size),
                               "with Slurm, 'srun --mpi=pmix' makes them ranks of one job; else start one process");
}

}  // namespace

Failure current_failure() {
  try {
    throw;
  } catch (const base::EnvironmentError& error) {
    const std::string hint = error.hint().empty() ? "" : fmt::format("  {}\n", error.hint());
    return {fmt::format("{}\n{}", error.what(), hint), environment_error};
  } catch (const std::bad_alloc&) {
    return {"out of memory\n  fewer steps, trials or inputs need less; 'carve check' says how much\n",
            environment_error};
  } catch (const std::exception& error) {
    return {
        fmt::format("{}\n  this is a bug of carve's: please report it with the command and the file\n", error.what()),
        our_bug};
  }
}

bool follows() { return evaluate::launched().ranks > 1 && evaluate::launched().rank > 0; }

int with_ranks(const RankArguments& arguments, const std::function<int(evaluate::Ranks*)>& work) {
  const evaluate::Launch launch = evaluate::launched();
  if (launch.ranks <= 1) return work(nullptr);
  std::unique_ptr<evaluate::Ranks> ranks;
  try {
    ranks = meet(arguments, launch.ranks);
    const int code = work(ranks.get());
    ranks->leave();
    return code;
  } catch (...) {
    const Failure failure = current_failure();
    if (launch.rank == 0 && !(ranks && ranks->lost())) show(failure.message);
    if (ranks) ranks->give_up(failure.message, failure.code);
    return failure.code;
  }
}

}  // namespace carve::app
