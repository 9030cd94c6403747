#include "carve/app/options.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace carve::app {
namespace {

/// Accepts what a seed may be.
std::string check_seed(const std::string& text) {
  const bool digits = !text.empty() && text.size() <= 15 && text.find_first_not_of("0123456789") == std::string::npos;
  return digits ? "" : fmt::format("'{}' is no seed: a whole number from 0 to 999999999999999", text);
}

}  // namespace

CLI::App* add_command(CLI::App& app, const char* name, const char* brief, const std::string& details) {
  CLI::App* command = app.add_subcommand(name, brief);
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

void add_rank_timeout(CLI::App* command, double& seconds) {
  command
      ->add_option("--rank-timeout", seconds,
                   "under mpirun: seconds without a sign of life after which a rank is lost; default 60")
      ->type_name("S")
      ->check(CLI::Range(1.0, 86400.0));
}

void add_seed(CLI::App* command, std::string& seed) {
  command->add_option("--seed", seed, "seed, instead of the file's")
      ->type_name("N")
      ->check(CLI::Validator(check_seed, "", "seed"));
}

}  // namespace carve::app
