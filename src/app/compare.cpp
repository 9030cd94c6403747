// carve compare: several runs in one table and on one page.
#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/experiment/compare.hpp"
#include "carve/experiment/record/files.hpp"
#include "carve/report/page.hpp"

namespace carve::app {

int compare(const CompareArguments& arguments) {
  bool all_there = true;
  for (const std::string& folder : arguments.folders) all_there = require_run(folder) && all_there;
  if (!all_there) return user_error;
  const experiment::Comparison comparison = experiment::compare(arguments.folders);
  const std::string path = arguments.out.empty() && !arguments.json ? "compare.html" : arguments.out;
  if (!path.empty()) experiment::write_file(path, report::compare_page(comparison.document));
  if (arguments.json) fmt::print("{}\n", comparison.json);
  else fmt::print("{}\npage: {}\n", comparison.text, path);
  return fine;
}

}  // namespace carve::app
