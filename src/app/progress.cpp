#include "carve/app/progress.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace carve::app {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

std::string duration(double seconds) {
  if (seconds < 60) return fmt::format("{:.0f} s", seconds);
  if (seconds < 3600) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

std::string rate(double per_second) {
  if (per_second >= 1e6) return fmt::format("{:.1f} M", per_second / 1e6);
  if (per_second >= 1e3) return fmt::format("{:.1f} k", per_second / 1e3);
  return fmt::format("{:.0f} ", per_second);
}

}  // namespace

ProgressLine::ProgressLine(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0), last_(Clock::now()) {}

ProgressLine::~ProgressLine() { end_line(); }

void ProgressLine::end_line() {
  if (line_open_) std::fputc('\n', stderr);
  line_open_ = false;
}

void ProgressLine::show(const experiment::GenerationReport& report) {
  if (quiet_) return;
  const experiment::GenerationRecord& record = report.record;
  const std::uint64_t done = record.generation + 1;
  const auto now = Clock::now();
  const bool last = done == report.generations;
  if (!last && now - last_ < (terminal_ ? milliseconds(100) : milliseconds(2000))) return;
  last_ = now;
  std::uint64_t total = 0;
  for (const std::uint64_t count : record.outcomes) total += count;
  const double failed = total == 0 ? 0 : 100.0 * static_cast<double>(total - record.outcomes[0]) / static_cast<double>(total);
  const std::string text =
      fmt::format("generation {}/{}  best {:.4g}  median {:.4g}  step {:.2g}  failed {:.0f} %  {}simulations/s  {} left", done,
                  report.generations, record.best, record.median, record.sigma, failed,
                  rate(report.simulations_per_second), duration(report.seconds_left));
  if (!terminal_) {
    fmt::print(stderr, "{}\n", text);
    return;
  }
  constexpr std::size_t width = 20;
  const auto filled = static_cast<std::size_t>(width * done / report.generations);
  fmt::print(stderr, "\r\033[K[{}{}] {}", std::string(filled, '='), std::string(width - filled, ' '), text);
  std::fflush(stderr);
  line_open_ = true;
}

void ProgressLine::say(const std::string& text) {
  if (quiet_) return;
  end_line();
  fmt::print(stderr, "{}\n", text);
}

}  // namespace carve::app
