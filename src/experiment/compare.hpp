// Several runs side by side: what each found at what cost, how they differ, and how often they reach a known rule.
#pragma once

#include <string>
#include <vector>

namespace carve::experiment {

/// Runs that differ in nothing but their seed are one experiment. See docs/reference/json.md.
struct Comparison {
  std::string text;      // tables for people
  std::string json;      // what `compare --json` prints
  std::string document;  // the same with what only a page needs: formulas as MathML, the course of each search
};

/// Compares the runs in these folders, finished or not. The first folder's experiment is the one that the others'
/// losses are held against. Throws base::EnvironmentError where a record cannot be read.
[[nodiscard]] Comparison compare(const std::vector<std::string>& folders);

}  // namespace carve::experiment
