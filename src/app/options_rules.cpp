// Options of the commands that ask what a rule is and does.
#include <memory>

#include <CLI/CLI.hpp>

#include "carve/app/commands.hpp"
#include "carve/app/options.hpp"
#include "carve/base/schema.hpp"
#include "carve/exports/exporter.hpp"

namespace carve::app {
namespace {

void add_export(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<ExportArguments>();
  CLI::App* command = add_command(
      app, "export", "a found rule as code or text for other programs",
      "RULE is a rule.toml, a run folder, a formula, or a known rule ('carve describe'). Every file has the "
      "formula,\n"
      "where it is from, and spikes or samples with the weights that carve computed: numpy, brian2, sympy,\n"
      "pygenn (Python) and auryn (C++) check themselves against these. nestml is a synapse model; latex gives the\n"
      "formulas.\n\n"
      "Example: carve export runs/inhibition --to brian2 --out inhibition_rule.py && python3 inhibition_rule.py");
  command->add_option("RULE", arguments->rule, "rule.toml, run folder, formula or known rule")->required();
  std::vector<std::string> targets;
  for (const exports::Exporter* each : exports::exporters()) targets.push_back(each->name);
  command->add_option("--to", arguments->target, "one of " + base::join_choices(targets))
      ->required()
      ->type_name("NAME");
  command->add_option("--rule", arguments->connection, "only the rule of this connection")->type_name("CONNECTION");
  command->add_option("--out", arguments->out, "file to write; default: standard output")->type_name("FILE");
  command->callback([&code, arguments] { code = export_rule(*arguments); });
}

void add_predict(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<PredictArguments>();
  CLI::App* command =
      add_command(app, "predict", "what experiments would show of a rule",
                  "Windows of pairs, trains, triplets and quadruplets of spikes, rates, weights, one side "
                  "alone: a sentence each,\n"
                  "and in DIR a page that needs no network and a CSV per figure. RULE is a rule.toml, a run "
                  "folder, a formula, or\n"
                  "a known rule ('carve describe'). With several: which experiment tells them apart.\n\n"
                  "Example: carve predict triplet_visual_cortex pair_stdp --out predictions");
  command->add_option("RULE", arguments->rules, "rules")->required();
  command->add_flag("--starts", arguments->starts, "of run folders: where every start ended");
  command->add_option("--rule", arguments->connection, "only the rule of this connection")->type_name("CONNECTION");
  command->add_option("--weight", arguments->weight, "of the synapse before the experiment; default: 1")
      ->type_name("W");
  command->add_option("--hold", arguments->held, "clamp a state that rules of networks read: V, C_E or C_I; repeatable")
      ->type_name("V=-65mV")
      ->take_all();
  command->add_option("--out", arguments->out, "folder to write; default predictions (none with --json)")
      ->type_name("DIR");
  command->add_flag("--json", arguments->json, "as JSON: docs/reference/json.md");
  command->callback([&code, arguments] { code = predict(*arguments); });
}

void add_simplify(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<SimplifyArguments>();
  CLI::App* command = add_command(
      app, "simplify", "shorter rules from a finished run, with intervals of their numbers",
      "Takes terms out one by one, and by an L1 path, fits the rest again, and measures each on held-out trials. "
      "Writes\n"
      "DIR/rule-K.toml for the knee, or for K = --terms, and draws the report anew. Says which combinations of "
      "numbers\n"
      "the loss pins.\n\n"
      "Example: carve simplify runs/oja --terms 3 && carve evaluate runs/oja/rule-3.toml --on experiments/oja.toml");
  command->add_option("DIR", arguments->folder, "run folder")->required();
  command->add_option("--terms", arguments->terms, "terms of the rule to write; default: the knee")
      ->type_name("K")
      ->check(CLI::Range(0, 100000));
  command
      ->add_option("--share", arguments->share,
                   "the knee's loss may be above the best one's by two paired standard errors, or by this share of it")
      ->type_name("SHARE")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e6));
  command->add_option("--trials", arguments->trials, "trials that fit, that choose and that estimate; default: by cost")
      ->type_name("N")
      ->check(CLI::Range(2, 1000000));
  command->add_option("--refits", arguments->refits, "fits to fresh trials; default: by cost")
      ->type_name("N")
      ->check(CLI::Range(0, 10000));
  add_threads(command, arguments->threads);
  add_changes(command, arguments->changes);
  command->add_flag("--json", arguments->json, "as JSON: docs/reference/json.md");
  command->add_flag("--quiet", arguments->quiet, "no progress");
  command->callback([&code, arguments] { code = simplify(*arguments); });
}

void add_equivalent(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<EquivalentArguments>();
  CLI::App* command = add_command(
      app, "equivalent", "whether two rules do the same on an experiment's task",
      "Both live through the same fresh trials. Differences of losses, of weights and, where neurons spike, of "
      "rates are\n"
      "tested against a margin: \"equivalent\" is a finding, not the lack of one.\n\n"
      "Example: carve equivalent \"0.02*(x*y - y^2*w)\" \"0.02*y*(x - y*w)\" --on experiments/oja.toml");
  command->add_option("A", arguments->first, "rule.toml, run folder or formula")->required();
  command->add_option("B", arguments->second, "another one")->required();
  command->add_option("--on", arguments->file, "experiment (TOML) whose task judges")->required()->type_name("FILE");
  command->add_option("--margin", arguments->margin, "share below which a difference counts as none")
      ->type_name("SHARE")
      ->capture_default_str()
      ->check(CLI::Range(1e-9, 10.0));
  command->add_option("--trials", arguments->trials, "fresh trials; default: the file's 'validation'")
      ->type_name("N")
      ->check(CLI::Range(2, 1000000));
  add_seed(command, arguments->seed);
  add_threads(command, arguments->threads);
  add_changes(command, arguments->changes);
  command->add_flag("--json", arguments->json, "as JSON: docs/reference/json.md");
  command->callback([&code, arguments] { code = equivalent(*arguments); });
}

}  // namespace

void add_rules_commands(CLI::App& app, int& code) {
  add_export(app, code);
  add_predict(app, code);
  add_simplify(app, code);
  add_equivalent(app, code);
}

}  // namespace carve::app
