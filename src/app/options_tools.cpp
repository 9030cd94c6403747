// Options of the commands that describe and measure carve itself.
#include <memory>

#include <CLI/CLI.hpp>

#include "carve/app/commands.hpp"
#include "carve/app/options.hpp"

namespace carve::app {
namespace {

void add_describe(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<DescribeArguments>();
  CLI::App* command = add_command(
      app, "describe", "what an experiment file may say",
      "Without a name: all networks, rule families, inputs, losses and searches. With a name: its fields.\n\n"
      "Example: carve describe image_patches");
  command->add_option("NAME", arguments->name, "a component");
  command->add_flag("--markdown", arguments->markdown, "as the reference pages in docs/reference");
  command->callback([&code, arguments] { code = describe(*arguments); });
}

void add_bench(CLI::App& app, int& code) {
  const auto arguments = std::make_shared<BenchArguments>();
  CLI::App* command = add_command(
      app, "bench", "measure the engine's speed on this machine",
      "Each figure is a share of this machine's own peak, measured in between, or a ratio of two times from\n"
      "the same run, with the numerical error beside it. Absolute rates drift with the machine; shares do not.\n\n"
      "Example: carve bench --only oja --json");
  command->add_option("--only", arguments->only, "only benchmarks whose name contains this")->type_name("TEXT");
  command->add_flag("--json", arguments->json, "as JSON: docs/reference/json.md");
  command->callback([&code, arguments] { code = bench(*arguments); });
}

}  // namespace

void add_tools_commands(CLI::App& app, int& code) {
  add_describe(app, code);
  add_bench(app, code);
}

}  // namespace carve::app
