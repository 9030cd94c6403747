// carve slurm: a batch script for Slurm that starts itself again until the run, or the sweep, is done.
#include <climits>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/base/version.hpp"
#include "carve/experiment/sweep/sweep.hpp"

namespace carve::app {
namespace {

namespace fs = std::filesystem;

/// A word of a shell's command line.
std::string quoted(const std::string& word) {
  constexpr const char* plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:+@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string in_full(const std::string& path) { return fs::absolute(path).lexically_normal().string(); }

/// This very program, which the nodes are to run too.
std::string own_path() {
  char path[PATH_MAX] = "";
  const ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
  return size > 0 ? std::string(path, static_cast<std::size_t>(size)) : "carve";
}

/// A line for Slurm; none where there is nothing to say.
std::string directive(const char* name, const std::string& value, const char* why = "") {
  if (value.empty()) return "";
  const std::string line = fmt::format("#SBATCH --{}={}", name, value);
  return *why == 0 ? line + "\n" : fmt::format("{:<34} # {}\n", line, why);
}

std::string with_options(const SlurmArguments& arguments) {
  std::string text;
  for (const std::string& change : arguments.changes) text += " --set " + quoted(change);
  if (!arguments.seed.empty()) text += " --seed " + arguments.seed;
  if (!arguments.seeds.empty()) text += " --seeds " + arguments.seeds;
  return text;
}

constexpr const char* script = R"sh(#!/bin/bash
# Written by carve {version}: {what}. Submit it with 'sbatch'. Once its time
# is over it starts itself again, until everything is done; what is saved is never computed twice.
#   how far it is:  {carve} status {folder}
{directives}
carve={carve}
folder={folder}
threads=${{SLURM_CPUS_PER_TASK:-{threads}}}

if [[ -e $folder/{record} ]]; then
  work=("$carve" {resume} "$folder")
else
  work=("$carve" {start} --out "$folder"{options})
fi

# What is saved: a turn in which nothing is added would be followed by others like it.
saved() {{ "$carve" status "$folder" --json 2>/dev/null | grep -E '"(committed|finished)":'; }}
before=$(saved)

# Slurm warns this script only, which hands the signal on: carve saves, and ends with exit code 75.
warned=0
trap 'warned=1; kill -USR1 "$running"' USR1
{launcher}"${{work[@]}}" --threads "$threads" --quiet &
running=$!
wait "$running"
code=$?
while kill -0 "$running" 2>/dev/null; do # a signal ends 'wait' before what it waits for
  wait "$running"
  code=$?
done

if ((code == 75 && warned)); then
  if [[ $(saved) == "$before" ]]; then
    echo "nothing was saved in this turn: it takes a longer --time for one generation, or for the answer after the last"
    exit "$code"
  fi
  echo "$(date -Is): the time is over; job $SLURM_JOB_ID goes on in another turn"
  scontrol requeue "$SLURM_JOB_ID"
  exit 0
fi
exit "$code"
)sh";

/// True where everything the script would run is right; mistakes are told.
bool check_experiment(const SlurmArguments& arguments) {
  if (arguments.workers == 0) return load_experiment(arguments.file, arguments.changes, arguments.seed) != nullptr;
  base::Diagnostics diagnostics;
  const auto source = experiment::read_source(arguments.file, diagnostics);
  std::vector<experiment::SweepAxis> axes;
  for (const std::string& change : arguments.changes) axes.push_back(experiment::read_axis(change, diagnostics));
  if (!arguments.seeds.empty()) axes.push_back(experiment::read_seeds(arguments.seeds, diagnostics));
  if (diagnostics.empty()) (void)experiment::plan_sweep(source, axes, diagnostics);
  if (!diagnostics.empty()) print(diagnostics);
  return diagnostics.empty();
}

/// What does not go together; empty where all does.
std::string contradiction(const SlurmArguments& arguments) {
  if (arguments.workers == 0) {
    return arguments.seeds.empty() ? ""
                                   : "--seeds is for a sweep: --sweep N makes an array of N tasks that share its runs";
  }
  if (!arguments.seed.empty()) return "a sweep has --seeds, not --seed";
  if (arguments.nodes > 1 || arguments.tasks > 1)
    return "each task of a sweep runs on its own, on one node: --sweep says how many there are";
  return "";
}

}  // namespace

int slurm(const SlurmArguments& arguments) {
  if (const std::string problem = contradiction(arguments); !problem.empty()) {
    fmt::print(stderr, "error: {}\n", problem);
    return user_error;
  }
  if (!check_experiment(arguments)) return user_error;
  const bool sweep = arguments.workers > 0;
  const bool ranks = arguments.nodes * arguments.tasks > 1;
  const std::string name = fs::path(arguments.file).stem().string();
  const std::string folder = in_full(!arguments.out.empty() ? arguments.out : "runs/" + name + (sweep ? "-sweep" : ""));
  std::string directives = directive("job-name", quoted("carve-" + name));
  if (sweep) directives += directive("array", fmt::format("1-{}", arguments.workers), "workers that share the runs");
  directives += directive("nodes", std::to_string(arguments.nodes));
  directives += directive("ntasks-per-node", std::to_string(arguments.tasks), ranks ? "ranks on each node" : "");
  directives += directive("cpus-per-task", std::to_string(arguments.cpus), "threads");
  directives += directive("time", arguments.time, "of one turn");
  directives += directive("partition", arguments.partition);
  directives += directive("account", arguments.account);
  directives += directive("output", sweep ? "%x-%A_%a.log" : "%x-%j.log");
  directives += directive("open-mode", "append", "one log for all turns");
  directives += fmt::format("{:<34} # after the failure of a node, too\n", "#SBATCH --requeue");
  directives += directive("signal", fmt::format("B:USR1@{}", arguments.warning), "so many seconds before the end");
  const std::string what = sweep   ? fmt::format("a sweep of {} by {} tasks", name, arguments.workers)
                           : ranks ? fmt::format("{} on {} nodes", name, arguments.nodes)
                                   : name;
  using fmt::arg;
  fmt::print(fmt::runtime(script), arg("version", base::version().release), arg("what", what),
             arg("carve", quoted(own_path())), arg("folder", quoted(folder)), arg("directives", directives),
             arg("threads", arguments.cpus), arg("record", sweep ? "sweep.toml" : "run.sqlite"),
             arg("resume", sweep ? "sweep" : "resume"),
             arg("start", (sweep ? "sweep " : "run ") + quoted(in_full(arguments.file))),
             arg("options", with_options(arguments)), arg("launcher", ranks ? "mpirun --bind-to none " : ""));
  return fine;
}

}  // namespace carve::app
