// The command line: flags, help, and one place where errors become messages and exit codes.
#include <algorithm>
#include <cstdio>
#include <exception>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "carve/app/commands.hpp"
#include "carve/app/options.hpp"
#include "carve/app/ranks.hpp"
#include "carve/base/diagnostic.hpp"
#include "carve/base/error.hpp"
#include "carve/base/schema.hpp"
#include "carve/base/version.hpp"
#include "carve/evaluate/launch.hpp"

namespace carve::app {
namespace {

constexpr const char* overview = R"(carve finds synaptic plasticity rules.

One file says what a network should become able to do and which rules to search; one command runs it:

  carve run experiments/oja.toml        search, confirm on fresh trials, write a report
  carve show runs/oja                   the rule that was found, and its evidence
  carve resume runs/oja                 go on after Ctrl-C, a crash or a kill: nothing is lost
)";

constexpr const char* exit_codes =
    R"(Exit codes: 0 fine; 2 your input (the message says where); 3 the machine (disk, files, CPU); 70 a bug of ours;
75 stopped by a signal ('carve resume' goes on). Data goes to standard output, progress and messages to standard error.)";

/// Adds the options of every subcommand; `code` receives what the chosen one returns.
class CommandLine {
 public:
  CommandLine() : app_(overview, "carve") {
    app_.set_version_flag("--version", fmt::format("carve {} ({}, {})", base::version().release,
                                                   base::version().compiler, base::version().build));
    app_.require_subcommand(1);
    app_.footer(exit_codes);
    app_.get_formatter()->column_width(34);
    add_running_commands(app_, code_);
    add_results_commands(app_, code_);
    add_rules_commands(app_, code_);
    add_tools_commands(app_, code_);
  }

  int parse(int count, char** words) {
    const std::string command = count > 1 ? words[1] : "";
    const auto among = [&](std::initializer_list<std::string_view> names) {
      return std::find(names.begin(), names.end(), command) != names.end();
    };
    if (among({"evaluate", "simplify", "equivalent"}) && evaluate::launched().ranks > 1) return refuse_ranks(command);
    // What ranks neither share nor divide among them, the first of them does.
    if (follows() && !among({"run", "resume", "sweep", "check"})) return fine;
    try {
      app_.parse(count, words);
    } catch (const CLI::ParseError& error) {
      if (error.get_exit_code() == 0) {  // --help, --version
        (void)app_.exit(error);
        return fine;
      }
      if (!follows()) report_misuse(error, count, words);
      return user_error;
    }
    return code_;
  }

 private:
  /// Long work that ranks cannot share: better told than done by one of them while the others' cores idle.
  static int refuse_ranks(const std::string& command) {
    if (follows()) return user_error;
    fmt::print(stderr,
               "error: 'carve {}' uses the cores of one machine, but {} processes were started together\n"
               "  start it without mpirun or srun; only 'run' and 'resume' share their work over ranks\n",
               command, evaluate::launched().ranks);
    return user_error;
  }

  /// Says what is wrong with the command line itself, and where to read on.
  void report_misuse(const CLI::ParseError& error, int count, char** words) {
    if (count < 2) {
      fmt::print(stderr, "{}", app_.help());
      return;
    }
    const auto chosen = app_.get_subcommands();
    std::string message = error.what();
    std::vector<std::string> known;
    if (chosen.empty()) {
      for (const CLI::App* each : app_.get_subcommands({})) known.push_back(each->get_name());
      message = fmt::format("there is no command '{}'{}", words[1], base::did_you_mean(words[1], known));
      if (words[1][0] != '-' && known.end() == std::find(known.begin(), known.end(), words[1])) {
        std::string all;
        for (const std::string& name : known) all += (all.empty() ? "" : ", ") + name;
        fmt::print(stderr, "error: {}\n  there are {}\n", message, all);
        return;
      }
    }
    const CLI::App& command = chosen.empty() ? app_ : *chosen.front();
    for (const CLI::Option* option : command.get_options()) {
      if (!option->get_lnames().empty()) known.push_back("--" + option->get_lnames().front());
    }
    const std::vector<std::string> extra = command.remaining(true);
    const auto unknown =
        std::find_if(extra.begin(), extra.end(), [](const std::string& word) { return word.starts_with('-'); });
    if (unknown != extra.end()) {
      message = fmt::format("unknown option '{}'{}", *unknown, base::did_you_mean(*unknown, known));
    } else if (!extra.empty()) {
      message = fmt::format("unexpected '{}'", extra.front());
    }
    const std::string name = chosen.empty() ? "carve" : "carve " + command.get_name();
    fmt::print(stderr, "error: {}\n  '{} --help' explains\n", message, name);
  }

  CLI::App app_;
  int code_ = fine;
};

}  // namespace
}  // namespace carve::app

int main(int count, char** words) {
  using namespace carve;
  try {
    const int code = app::CommandLine().parse(count, words);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
      throw base::EnvironmentError("cannot write to standard output");
    return code;
  } catch (...) {
    const app::Failure failure = app::current_failure();
    fmt::print(stderr, "error: {}", failure.message);
    return failure.code;
  }
}
