// Progress on standard error: one line that is rewritten on a terminal, a plain line now and then otherwise.
#pragma once

#include <chrono>
#include <string>

#include "carve/experiment/run.hpp"

namespace carve::app {

class ProgressLine {
 public:
  explicit ProgressLine(bool quiet);
  [[nodiscard]] bool on_terminal() const { return terminal_; }
  ~ProgressLine();
  void show(const experiment::GenerationReport& report);
  void say(const std::string& text);
  /// What is being done: the next note takes its place, and some are left out.
  void note(const std::string& text);
  /// What is written next to standard error begins a line of its own.
  void end_line();

 private:
  bool quiet_;
  bool terminal_;
  bool line_open_ = false;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace carve::app
