// Which carve this is: release, compiler and build, for `--version` and the provenance of every run.
#pragma once

#include <string_view>

namespace carve::base {

struct Version {
  std::string_view release;   // "0.1.0"
  std::string_view compiler;  // "GNU 12.2.0"
  std::string_view build;     // "Release", with its sanitizers if any
};

[[nodiscard]] Version version() noexcept;

}  // namespace carve::base
