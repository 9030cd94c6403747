#include "carve/app/load.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace carve::app {

void print(const base::Diagnostics& diagnostics) { fmt::print(stderr, "{}", diagnostics.render()); }

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
