// The symbols that the assembler gives to the embedded files (src/report/CMakeLists.txt writes assets.s).
#include "carve/report/assets.hpp"

#include <cstdint>

#define CARVE_ASSET(name)                      \
  extern "C" const char carve_report_##name[]; \
  extern "C" const std::uint64_t carve_report_##name##_size;
CARVE_ASSET(frame)
CARVE_ASSET(css)
CARVE_ASSET(report_html)
CARVE_ASSET(report_scripts)
CARVE_ASSET(compare_html)
CARVE_ASSET(compare_scripts)
CARVE_ASSET(predictions_html)
CARVE_ASSET(predictions_scripts)
CARVE_ASSET(sweep_html)
CARVE_ASSET(sweep_scripts)
CARVE_ASSET(vega)
CARVE_ASSET(vega_lite)
CARVE_ASSET(vega_embed)
CARVE_ASSET(licences)
#undef CARVE_ASSET

namespace carve::report {

Assets assets() {
#define CARVE_ASSET(name) .name = { carve_report_##name, carve_report_##name##_size }
  return {CARVE_ASSET(frame),
          CARVE_ASSET(css),
          CARVE_ASSET(report_html),
          CARVE_ASSET(report_scripts),
          CARVE_ASSET(compare_html),
          CARVE_ASSET(compare_scripts),
          CARVE_ASSET(predictions_html),
          CARVE_ASSET(predictions_scripts),
          CARVE_ASSET(sweep_html),
          CARVE_ASSET(sweep_scripts),
          CARVE_ASSET(vega),
          CARVE_ASSET(vega_lite),
          CARVE_ASSET(vega_embed),
          CARVE_ASSET(licences)};
#undef CARVE_ASSET
}

}  // namespace carve::report
