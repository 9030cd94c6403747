// What the page is made of, embedded in the library: template, style, scripts, chart libraries and their licences.
#pragma once

#include <string_view>

namespace carve::report {

struct Assets {
  std::string_view frame, css;                     // what all pages share
  std::string_view report_html, report_scripts;    // body of the report and its scripts
  std::string_view compare_html, compare_scripts;  // the same of the comparison
  std::string_view predictions_html, predictions_scripts;
  std::string_view sweep_html, sweep_scripts;
  std::string_view vega, vega_lite, vega_embed;
  std::string_view licences;  // plain text
};

[[nodiscard]] Assets assets();

}  // namespace carve::report
