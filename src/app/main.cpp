// The command line: flags, help, and one place where errors become messages and exit codes.
#include <algorithm>
#include <cstdio>
#include <exception>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "carve/app/commands.hpp"
#include "carve/base/diagnostic.hpp"
#include "carve/base/error.hpp"
#include "carve/base/schema.hpp"
#include "carve/base/version.hpp"
#include "carve/exports/exporter.hpp"

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
130 stopped by Ctrl-C (resumable). Data goes to standard output, progress and messages to standard error.)";

/// Accepts what a seed may be.
std::string check_seed(const std::string& text) {
  const bool digits = !text.empty() && text.size() <= 15 && text.find_first_not_of("0123456789") == std::string::npos;
  return digits ? "" : fmt::format("'{}' is no seed: a whole number from 0 to 999999999999999", text);
}

/// Adds the options of every subcommand; `code` receives what the chosen one returns.
class CommandLine {
 public:
  CommandLine() : app_(overview, "carve") {
    app_.set_version_flag("--version", fmt::format("carve {} ({}, {})", base::version().release,
                                                   base::version().compiler, base::version().build));
    app_.require_subcommand(1);
    app_.footer(exit_codes);
    app_.get_formatter()->column_width(34);
    add_run();
    add_resume();
    add_check();
    add_show();
    add_evaluate();
    add_table();
    add_report();
    add_compare();
    add_export();
    add_describe();
    add_bench();
  }

  int parse(int count, char** words) {
    try {
      app_.parse(count, words);
    } catch (const CLI::ParseError& error) {
      if (error.get_exit_code() == 0) {  // --help, --version
        (void)app_.exit(error);
        return fine;
      }
      report_misuse(error, count, words);
      return user_error;
    }
    return code_;
  }

 private:
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

  CLI::App* add(const char* name, const char* brief, const std::string& details) {
    CLI::App* command = app_.add_subcommand(name, brief);
    command->footer(details);
    return command;
  }
  void add_changes(CLI::App* command, std::vector<std::string>& changes) {
    command->add_option("--set", changes, "change one key of the file: --set search.population=32")
        ->type_name("KEY=VALUE");
  }
  void add_threads(CLI::App* command, int& threads) {
    command->add_option("--threads", threads, "threads; 0 (the default): one per core. Results do not depend on it")
        ->type_name("N")
        ->check(CLI::Range(0, 4096));
  }
  void add_seed(CLI::App* command, std::string& seed) {
    command->add_option("--seed", seed, "seed, instead of the file's")
        ->type_name("N")
        ->check(CLI::Validator(check_seed, "", "seed"));
  }

  void add_run() {
    CLI::App* command =
        add("run", "run an experiment to its report",
            "Writes the folder (default: runs/NAME) with experiment.toml (every default written out), run.sqlite\n"
            "(all candidates), rule.toml (the answer) and report.html. Ctrl-C stops after the running generation,\n"
            "twice at once; 'carve resume DIR' goes on to the same bits either way.\n\n"
            "Example: carve run experiments/oja.toml --out runs/first --seed 7 --set search.generations=100");
    command->add_option("FILE", run_.file, "experiment (TOML)")->required();
    command->add_option("--out", run_.out, "run folder to make; default runs/NAME")->type_name("DIR");
    add_seed(command, run_.seed);
    add_threads(command, run_.threads);
    add_changes(command, run_.changes);
    command->add_flag("--quiet", run_.quiet, "no progress");
    command->callback([this] { code_ = run(run_); });
  }
  void add_resume() {
    CLI::App* command = add("resume", "go on with a run that was stopped or killed",
                            "The result is the same, to the bit, as if the run had never been interrupted.\n\n"
                            "Example: carve resume runs/oja");
    command->add_option("DIR", resume_.folder, "run folder")->required();
    add_threads(command, resume_.threads);
    command->add_flag("--quiet", resume_.quiet, "no progress");
    command->callback([this] { code_ = resume(resume_); });
  }
  void add_check() {
    CLI::App* command = add(
        "check", "check an experiment file; estimate its cost",
        "Every mistake is reported at its line and column, all of them at once; nothing runs but a short\n"
        "measurement for the estimate of simulations, time and memory.\n\nExample: carve check experiments/oja.toml");
    command->add_option("FILE", check_.file, "experiment (TOML)")->required();
    add_changes(command, check_.changes);
    command->add_flag("--json", check_.json, "as JSON: docs/reference/json.md");
    command->callback([this] { code_ = check(check_); });
  }
  void add_show() {
    CLI::App* command =
        add("show", "show the rule that a run found, and its evidence",
            "Works on a running or interrupted run too.\n\nExample: carve show runs/oja --json | jq .rules");
    command->add_option("DIR", show_.folder, "run folder")->required();
    command->add_flag("--json", show_.json, "as JSON: docs/reference/json.md");
    command->callback([this] { code_ = show(show_); });
  }
  void add_evaluate() {
    CLI::App* command = add(
        "evaluate", "score a given rule on an experiment's task, on fresh trials",
        "RULE is a rule.toml, a run folder, a formula in x (pre), y (post) and w (weight), per step (with ; between\n"
        "those of several connections), or a baseline: sanger, similarity_matching. For a spiking neuron:\n"
        "\"on_pre = 0.01*(x_post - 0.2); on_post = 0.01*x_pre; tau_pre = 20 ms; tau_post = 20 ms; w_max = 50\".\n\n"
        "Example: carve evaluate \"0.02*(x*y - y^2*w)\" --on experiments/oja.toml");
    command->add_option("RULE", evaluate_.rule, "rule.toml, run folder or formula")->required();
    command->add_option("--on", evaluate_.file, "experiment (TOML) whose task judges")->required()->type_name("FILE");
    command->add_option("--trials", evaluate_.trials, "fresh trials; default: the file's 'validation'")
        ->type_name("N")
        ->check(CLI::Range(2, 1000000));
    add_seed(command, evaluate_.seed);
    add_threads(command, evaluate_.threads);
    add_changes(command, evaluate_.changes);
    command->add_flag("--json", evaluate_.json, "as JSON: docs/reference/json.md");
    command->callback([this] { code_ = evaluate(evaluate_); });
  }
  void add_table() {
    CLI::App* command =
        add("table", "all candidates of a run as CSV",
            "One row per candidate: generation, candidate, loss, outcome and every parameter, with all digits.\n\n"
            "Example: carve table runs/oja > candidates.csv");
    command->add_option("DIR", table_.folder, "run folder")->required();
    command->callback([this] { code_ = table(table_); });
  }
  void add_report() {
    CLI::App* command =
        add("report", "draw the report of a run anew",
            "Writes DIR/report.html, one file that needs no network. Works on a running or interrupted run too.\n\n"
            "Example: carve report runs/oja");
    command->add_option("DIR", report_.folder, "run folder")->required();
    command->callback([this] { code_ = report(report_); });
  }
  void add_compare() {
    CLI::App* command = add(
        "compare", "compare runs: losses, costs, rules, success over seeds",
        "Writes one page that needs no network. Runs that differ only in their seed count as one experiment; the\n"
        "first RUN's is the one that the others are held against, trial by trial where their trials are the same.\n\n"
        "Example: carve compare runs/cma-* runs/adam-*");
    command->add_option("RUN", compare_.folders, "run folders")->required();
    command->add_option("--out", compare_.out, "page to write; default compare.html (none with --json)")
        ->type_name("FILE");
    command->add_flag("--json", compare_.json, "as JSON: docs/reference/json.md");
    command->callback([this] { code_ = compare(compare_); });
  }
  void add_export() {
    CLI::App* command =
        add("export", "a found rule as code or text for other programs",
            "RULE is a rule.toml or a run folder. numpy and brian2 give Python files that run by themselves and check\n"
            "themselves against weights that carve computed; latex gives the formulas.\n\n"
            "Example: carve export runs/inhibition --to brian2 --out inhibition_rule.py && python3 inhibition_rule.py");
    command->add_option("RULE", export_.rule, "rule.toml or run folder")->required();
    std::vector<std::string> targets;
    for (const exports::Exporter* each : exports::exporters()) targets.push_back(each->name);
    command->add_option("--to", export_.target, "one of " + base::join_choices(targets))->required()->type_name("NAME");
    command->add_option("--rule", export_.connection, "only the rule of this connection")->type_name("CONNECTION");
    command->add_option("--out", export_.out, "file to write; default: standard output")->type_name("FILE");
    command->callback([this] { code_ = export_rule(export_); });
  }
  void add_describe() {
    CLI::App* command =
        add("describe", "what an experiment file may say",
            "Without a name: all networks, rule families, inputs, losses and searches. With a name: its fields.\n\n"
            "Example: carve describe image_patches");
    command->add_option("NAME", describe_.name, "a component");
    command->add_flag("--markdown", describe_.markdown, "as the reference pages in docs/reference");
    command->callback([this] { code_ = describe(describe_); });
  }
  void add_bench() {
    CLI::App* command = add(
        "bench", "measure the engine's speed on this machine",
        "Each figure is a share of this machine's own peak, measured in between, or a ratio of two times from\n"
        "the same run, with the numerical error beside it. Absolute rates drift with the machine; shares do not.\n\n"
        "Example: carve bench --only oja --json");
    command->add_option("--only", bench_.only, "only benchmarks whose name contains this")->type_name("TEXT");
    command->add_flag("--json", bench_.json, "as JSON: docs/reference/json.md");
    command->callback([this] { code_ = bench(bench_); });
  }

  CLI::App app_;
  int code_ = fine;
  RunArguments run_;
  ResumeArguments resume_;
  CheckArguments check_;
  ShowArguments show_;
  EvaluateArguments evaluate_;
  TableArguments table_;
  ReportArguments report_;
  CompareArguments compare_;
  ExportArguments export_;
  DescribeArguments describe_;
  BenchArguments bench_;
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
  } catch (const base::EnvironmentError& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    if (!error.hint().empty()) fmt::print(stderr, "  {}\n", error.hint());
    return app::environment_error;
  } catch (const std::bad_alloc&) {
    fmt::print(stderr,
               "error: out of memory\n  fewer steps, trials or inputs need less; 'carve check' says how much\n");
    return app::environment_error;
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n  this is a bug of carve's: please report it with the command and the file\n",
               error.what());
    return app::our_bug;
  }
}
