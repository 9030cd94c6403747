// Options of the commands that read what runs have found.
#include <memory>

#include <CLI/CLI.hpp>

#include "carve/app/commands.hpp"
#include "carve/app/options.hpp"

namespace carve::app {
namespace {

void add_show(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<ShowArguments>();
  CLI::App* command =
      add_command(app, "show", "show the rule that a run found, and its evidence",
                  "Works on a running or interrupted run too.\n\nExample: carve show runs/oja --json | jq .rules");
  command->add_option("DIR", arguments->folder, "run folder")->required();
  command->add_flag("--json", arguments->json, "as JSON: docs/reference/json.md");
  command->callback([&code, arguments] { code = show(*arguments); });
}

void add_evaluate(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<EvaluateArguments>();
  CLI::App* command = add_command(
      app, "evaluate", "score a given rule on experiments' tasks, on fresh trials",
      "RULE is a rule.toml, a run folder, a formula in x (pre), y (post) and w (weight), per step (with ; between\n"
      "those of several connections), a known rule ('carve describe'), or a baseline: sanger,\n"
      "similarity_matching. For a spiking neuron:\n"
      "\"on_pre = 0.01*(x_post - 0.2); on_post = 0.01*x_pre; tau_pre = 20 ms; tau_post = 20 ms; w_max = 50\".\n\n"
      "Several files, or --beside, give a table: losses, and paired differences from known rules.\n\n"
      "Example: carve evaluate \"0.02*(x*y - y^2*w)\" --on experiments/oja.toml --beside all");
  command->add_option("RULE", arguments->rule, "rule.toml, run folder or formula")->required();
  command->add_option("--on", arguments->files, "experiments (TOML) whose tasks judge")
      ->required()
      ->type_name("FILE...");
  command
      ->add_option("--beside", arguments->beside,
                   "known rules on the same trials, each at its best scale: names with , between them, or 'all' that "
                   "fit")
      ->type_name("RULES");
  command->add_option("--trials", arguments->trials, "fresh trials; default: the file's 'validation'")
      ->type_name("N")
      ->check(CLI::Range(2, 1000000));
  add_seed(command, arguments->seed);
  add_threads(command, arguments->threads);
  add_changes(command, arguments->changes);
  command->add_flag("--json", arguments->json, "as JSON: docs/reference/json.md");
  command->callback([&code, arguments] { code = evaluate(*arguments); });
}

void add_table(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<TableArguments>();
  CLI::App* command = add_command(
      app, "table", "all candidates of a run as CSV",
      "One row per candidate: generation, candidate, loss, outcome and every parameter, with all digits.\n\n"
      "Example: carve table runs/oja > candidates.csv");
  command->add_option("DIR", arguments->folder, "run folder")->required();
  command->callback([&code, arguments] { code = table(*arguments); });
}

void add_report(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<ReportArguments>();
  CLI::App* command = add_command(
      app, "report", "draw the report of a run anew",
      "Writes DIR/report.html, one file that needs no network. Works on a running or interrupted run too.\n\n"
      "Example: carve report runs/oja");
  command->add_option("DIR", arguments->folder, "run folder")->required();
  command->callback([&code, arguments] { code = report(*arguments); });
}

void add_compare(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<CompareArguments>();
  CLI::App* command = add_command(
      app, "compare", "compare runs: losses, costs, rules, success over seeds",
      "Writes one page that needs no network. Runs that differ only in their seed count as one experiment; the\n"
      "first RUN's is the one that the others are held against, trial by trial where their trials are the same.\n\n"
      "Example: carve compare runs/cma-* runs/adam-*");
  command->add_option("RUN", arguments->folders, "run folders")->required();
  command->add_option("--out", arguments->out, "page to write; default compare.html (none with --json)")
      ->type_name("FILE");
  command->add_flag("--json", arguments->json, "as JSON: docs/reference/json.md");
  command->callback([&code, arguments] { code = compare(*arguments); });
}

}  // namespace

void add_results_commands(CLI::App& app, int& code) {
  add_show(app, code);
  add_evaluate(app, code);
  add_table(app, code);
  add_report(app, code);
  add_compare(app, code);
}

}  // namespace carve::app
