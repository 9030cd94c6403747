// Progress on standard error: one line that is rewritten on a terminal, a plain line now and then otherwise.
#pragma once

#include <chrono>
#include <string>

#include "carve/experiment/run.hpp"

namespace carve::app {

class ProgressLine {
 public:
  explicit ProgressLine(bool quiet);
  ~ProgressLine();
  void show(const experiment::GenerationReport& report);
  void say(const std::string& text);

 private:
  void end_line();

  bool quiet_;
  bool terminal_;
  bool line_open_ = false;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace carve::app
