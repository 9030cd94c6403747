// Options of the commands that run experiments, or say what a run would take.
#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "carve/app/commands.hpp"
#include "carve/app/options.hpp"

namespace carve::app {
namespace {

/// Accepts Slurm's ways to write a time: minutes, M:S, H:M:S, D-H, D-H:M, D-H:M:S.
std::string check_time(const std::string& text) {
  const auto digits = [](const std::string& part) {
    return !part.empty() && part.size() <= 6 && part.find_first_not_of("0123456789") == std::string::npos;
  };
  const std::size_t dash = text.find('-');
  bool fine = dash == std::string::npos || digits(text.substr(0, dash));
  std::size_t parts = 0;
  for (std::size_t begin = dash == std::string::npos ? 0 : dash + 1; begin <= text.size(); ++parts) {
    const std::size_t end = std::min(text.find(':', begin), text.size());
    fine = fine && digits(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return fine && parts <= 3 ? "" : fmt::format("'{}' is no time: 90 (minutes), 12:00:00 or 2-00:00:00", text);
}

void add_run(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = add_command(
      app, "run", "run an experiment to its report",
      "Writes the folder (default: runs/NAME) with experiment.toml (every default written out), run.sqlite\n"
      "(all candidates), rule.toml (the answer) and report.html. Ctrl-C, SIGTERM and SIGUSR1 stop it with exit\n"
      "code 75, the running generation abandoned; 'carve resume DIR' goes on to the same bits.\n\n"
      "Example: carve run experiments/oja.toml --out runs/first --seed 7 --set search.generations=100");
  command->add_option("FILE", arguments->file, "experiment (TOML)")->required();
  command->add_option("--out", arguments->out, "run folder to make; default runs/NAME")->type_name("DIR");
  add_seed(command, arguments->seed);
  add_threads(command, arguments->threads);
  add_rank_timeout(command, arguments->rank_timeout);
  add_changes(command, arguments->changes);
  command->add_flag("--quiet", arguments->quiet, "no progress");
  command->callback([&code, arguments] { code = run(*arguments); });
}

void add_resume(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<ResumeArguments>();
  CLI::App* command = add_command(app, "resume", "go on with a run that was stopped or killed",
                                  "The result is the same, to the bit, as if the run had never been interrupted.\n\n"
                                  "Example: carve resume runs/oja");
  command->add_option("DIR", arguments->folder, "run folder")->required();
  add_threads(command, arguments->threads);
  add_rank_timeout(command, arguments->rank_timeout);
  command->add_flag("--quiet", arguments->quiet, "no progress");
  command->callback([&code, arguments] { code = resume(*arguments); });
}

void add_sweep(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<SweepArguments>();
  CLI::App* command = add_command(
      app, "sweep", "run an experiment at many settings and seeds",
      "Makes a folder with one run for each combination of the values and seeds, and works through it. The same\n"
      "command again, or 'carve sweep DIR', goes on, or joins as another worker: any number of them may run at "
      "once,\n"
      "on all machines that share the folder. Every combination is checked before anything runs.\n\n"
      "Example: carve sweep experiments/oja.toml --seeds 1..20 --set rule.feedforward.eta=0.01,0.02 --out runs/etas");
  command->add_option("PATH", arguments->file, "experiment (TOML), or the folder of a sweep")->required();
  command->add_option("--seeds", arguments->seeds, "seeds: 1..100, or 1,2,7..9")->type_name("LIST");
  command->add_option("--set", arguments->changes, "values of one key of the file: --set search.population=32,64")
      ->type_name("KEY=VALUE,...");
  command->add_option("--out", arguments->out, "folder to make; default runs/NAME-sweep")->type_name("DIR");
  add_threads(command, arguments->threads);
  command->add_flag("--prepare", arguments->prepare, "make the folder only, and print its name");
  command->add_flag("--summary", arguments->summary, "run nothing: write the summary anew, and print it");
  command->add_flag("--retry", arguments->retry, "try failed runs again");
  command->add_flag("--quiet", arguments->quiet, "no progress");
  command->callback([&code, arguments] { code = sweep(*arguments); });
}

void add_status(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<StatusArguments>();
  CLI::App* command = add_command(app, "status", "how far a run or a sweep is",
                                  "Reads only, from any machine that sees the folder, and keeps nobody waiting.\n\n"
                                  "Example: carve status runs/oja");
  command->add_option("DIR", arguments->folder, "run folder, or folder of a sweep")->required();
  command->add_flag("--json", arguments->json, "as JSON: docs/reference/json.md");
  command->callback([&code, arguments] { code = status(*arguments); });
}

void add_slurm(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<SlurmArguments>();
  CLI::App* command = add_command(
      app, "slurm", "a batch script for Slurm: one run, or a sweep",
      "Writes the script to standard output. It stops in time before its limit, and starts itself again until\n"
      "everything is done. One run on several nodes or with several tasks uses MPI (mpirun). With --sweep N, an\n"
      "array of N tasks works through a sweep; --seeds and --set are then those of 'carve sweep'.\n\n"
      "Example: carve slurm experiments/oja.toml --time 1:00:00 --cpus-per-task 8 --out runs/oja > oja.sh");
  command->add_option("FILE", arguments->file, "experiment (TOML)")->required();
  command->add_option("--time", arguments->time, "time limit of one turn, as Slurm writes it: 12:00:00")
      ->required()
      ->type_name("T")
      ->check(CLI::Validator(check_time, "", "time"));
  const auto count = [&](const char* name, int& value, const char* brief, int most) {
    command->add_option(name, value, brief)->type_name("N")->check(CLI::Range(1, most));
  };
  count("--nodes", arguments->nodes, "nodes of the run", 1000000);
  count("--ntasks-per-node", arguments->tasks, "ranks on each node", 100000);
  count("--cpus-per-task", arguments->cpus, "threads of each rank, or of each worker", 100000);
  count("--sweep", arguments->workers, "an array of N workers on a sweep", 100000);
  command->add_option("--partition", arguments->partition, "Slurm's partition")->type_name("NAME");
  command->add_option("--account", arguments->account, "Slurm's account")->type_name("NAME");
  command->add_option("--out", arguments->out, "folder; default runs/NAME, or runs/NAME-sweep")->type_name("DIR");
  add_seed(command, arguments->seed);
  command->add_option("--seeds", arguments->seeds, "of a sweep: 1..100, or 1,2,7..9")->type_name("LIST");
  add_changes(command, arguments->changes);
  count("--warning", arguments->warning, "seconds before the limit at which to stop; default 120", 86400);
  command->callback([&code, arguments] { code = slurm(*arguments); });
}

void add_check(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<CheckArguments>();
  CLI::App* command = add_command(
      app, "check", "check an experiment file; estimate its cost",
      "Every mistake is reported at its line and column, all of them at once; nothing runs but a short\n"
      "measurement for the estimate of simulations, time and memory. With --ranks, also what the run would take on\n"
      "many machines; what messages take is measured where it is started under mpirun on two of them, else "
      "assumed.\n\n"
      "Example: carve check experiments/oja.toml --ranks 1,10,100");
  command->add_option("FILE", arguments->file, "experiment (TOML)")->required();
  add_changes(command, arguments->changes);
  command->add_option("--ranks", arguments->ranks, "predict for so many ranks each")
      ->delimiter(',')
      ->type_name("R,...")
      ->check(CLI::Range(1, 100000));
  command->add_option("--threads", arguments->threads, "of each rank; default: as many as cores here")
      ->type_name("N")
      ->check(CLI::Range(1, 4096));
  command->add_option("--latency", arguments->latency, "of a small message, in microseconds; assumed: 20")
      ->type_name("US")
      ->check(CLI::Range(0.01, 1e6));
  command->add_option("--bandwidth", arguments->bandwidth, "between two ranks, in MB per second; assumed: 1000")
      ->type_name("MB/S")
      ->check(CLI::Range(0.001, 1e6));
  command->add_flag("--json", arguments->json, "as JSON: docs/reference/json.md");
  command->callback([&code, arguments] { code = check(*arguments); });
}

}  // namespace

void add_running_commands(CLI::App& app, int& code) {
  add_run(app, code);
  add_resume(app, code);
  add_sweep(app, code);
  add_status(app, code);
  add_slurm(app, code);
  add_check(app, code);
}

}  // namespace carve::app
