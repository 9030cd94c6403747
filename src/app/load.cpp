#include "carve/app/load.hpp"

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

namespace carve::app {

void print(const base::Diagnostics& diagnostics) { fmt::print(stderr, "{}", diagnostics.render()); }

bool holds_run(const std::string& folder) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::path(folder) / "run.sqlite", ignored);
}

bool require_run(const std::string& folder) {
  std::error_code code;
  if (std::filesystem::exists(std::filesystem::path(folder) / "run.sqlite", code)) return true;
  if (code) fmt::print(stderr, "error: cannot look into '{}': {}\n", folder, code.message());
  else if (!std::filesystem::exists(folder, code)) fmt::print(stderr, "error: there is no folder '{}'\n", folder);
  else fmt::print(stderr, "error: there is no run in '{}'\n", folder);
  fmt::print(stderr, "  a run folder holds run.sqlite; 'carve run FILE --out DIR' makes one\n");
  return false;
}

std::unique_ptr<experiment::Experiment> load_experiment(const std::string& file, std::vector<std::string> changes,
                                                        const std::string& seed) {
  if (!seed.empty()) changes.push_back("seed=" + seed);
  base::Diagnostics diagnostics;
  const base::SourcePtr source = experiment::read_source(file, diagnostics);
  auto loaded = source ? experiment::read_experiment(source, changes, diagnostics) : nullptr;
  if (!loaded) print(diagnostics);
  return loaded;
}

}  // namespace carve::app
