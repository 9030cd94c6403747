// What to write in place of what other languages and typography have.
#pragma once

#include <string_view>

namespace carve::rule {

/// `text` is empty where this language has no such thing.
struct Advice {
  std::string_view seen;
  std::string_view text;
};

// Nothing where there is no advice.
[[nodiscard]] const Advice* advice_on_function(std::string_view name);
[[nodiscard]] const Advice* advice_on_word(std::string_view word);
[[nodiscard]] const Advice* advice_on_character(std::string_view character);

}  // namespace carve::rule
