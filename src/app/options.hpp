// The options of all commands, in groups, and those that several commands share. What a command does is in a file of
// its own (commands.hpp).
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace carve::app {

/// Each adds its commands to `app`; `code` receives what the one that the user chose returns.
void add_running_commands(CLI::App& app, int& code);
void add_results_commands(CLI::App& app, int& code);
void add_rules_commands(CLI::App& app, int& code);
void add_tools_commands(CLI::App& app, int& code);

/// A command with the text that its --help ends with.
CLI::App* add_command(CLI::App& app, const char* name, const char* brief, const std::string& details);
void add_changes(CLI::App* command, std::vector<std::string>& changes);
void add_threads(CLI::App* command, int& threads);
void add_rank_timeout(CLI::App* command, double& seconds);
void add_seed(CLI::App* command, std::string& seed);

}  // namespace carve::app
