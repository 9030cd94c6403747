// The files of library/ as text; library/rules.cmake compiles them in.
#pragma once

#include <string_view>
#include <vector>

namespace carve::experiment {

struct LibraryText {
  std::string_view name, text;
};
[[nodiscard]] const std::vector<LibraryText>& library_texts();

}  // namespace carve::experiment
