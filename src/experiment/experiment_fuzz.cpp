// Any bytes as an experiment file: an experiment or at least one mistake; and a resolved copy reads as itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "carve/base/error.hpp"
#include "carve/experiment/experiment.hpp"

namespace {

using namespace carve;

void require(bool truth) {
  if (!truth) std::abort();
}

base::SourcePtr source(std::string text) {
  return std::make_shared<const base::Source>(base::Source{"fuzz.toml", std::move(text)});
}

void read_and_check(std::string text) {
  base::Diagnostics diagnostics;
  const auto experiment = experiment::read_experiment(source(std::move(text)), {}, diagnostics);
  require(!diagnostics.render().empty() == !experiment);
  if (!experiment) return;
  const std::string resolved = base::format_document(experiment->resolved);
  const auto again = experiment::read_experiment(source(resolved), {}, diagnostics);
  require(again && base::format_document(again->resolved) == resolved);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  // Inputs that read data files cost a second each; their readers have tests of their own.
  for (const char* kind : {"image_patches", "table"}) {
    if (text.find(kind) != std::string::npos) return 0;
  }
  try {
    read_and_check(std::move(text));
  } catch (const base::EnvironmentError&) {
    // A file that the text names cannot be read: that is the machine's fault, not ours.
  }
  return 0;
}
