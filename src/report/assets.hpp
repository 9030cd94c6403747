// What the page is made of, embedded in the library: template, style, scripts, chart libraries and their licences.
#pragma once

#include <string_view>

namespace carve::report {

struct Assets {
  std::string_view html, css;
  std::string_view scripts;  // the page's own
  std::string_view vega, vega_lite, vega_embed;
  std::string_view licences;  // plain text
};

[[nodiscard]] Assets assets();

}  // namespace carve::report
