#include "carve/app/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include <fmt/format.h>
#include <sys/ioctl.h>
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
  if (per_second >= 1e6) return fmt::format("{:.1f}M", per_second / 1e6);
  if (per_second >= 1e3) return fmt::format("{:.0f}k", per_second / 1e3);
  return fmt::format("{:.0f}", per_second);
}

/// Columns of the terminal. A line as wide as that may wrap already.
std::size_t columns() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return (known ? size.ws_col : 80U) - 1U;
}

/// A bar in front of `text` where there is room for one.
std::string with_bar(const std::string& text, std::uint64_t done, std::uint64_t all, std::size_t room) {
  constexpr std::size_t widest = 20, narrowest = 5, frame = 3;
  if (room < text.size() + frame + narrowest) return text.substr(0, room);
  const std::size_t width = std::min(widest, room - text.size() - frame);
  const auto filled = static_cast<std::size_t>(width * done / all);
  return fmt::format("[{}{}] {}", std::string(filled, '='), std::string(width - filled, ' '), text);
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
  const double failed =
      total == 0 ? 0 : 100.0 * static_cast<double>(total - record.outcomes[0]) / static_cast<double>(total);
  const std::string speed = rate(report.simulations_per_second);
  const std::string left = duration(report.seconds_left);
  const std::string state = fmt::format("best {:.4g}  median {:.4g}  step {:.2g}  failed {:.0f} %", record.best,
                                        record.median, record.sigma, failed);
  const std::string text =
      fmt::format("generation {}/{}  {}  {} simulations/s  {} left", done, report.generations, state, speed, left);
  if (!terminal_) {
    fmt::print(stderr, "{}\n", text);
    return;
  }
  const std::size_t room = columns();
  const std::string where = fmt::format("{}/{}", done, report.generations);
  const std::string brief = fmt::format("best {:.3g}  median {:.3g}  step {:.2g}  failed {:.0f} %", record.best,
                                        record.median, record.sigma, failed);
  const std::string texts[] = {text, fmt::format("{}  {}  {}/s  {} left", where, brief, speed, left),
                               fmt::format("{}  {}  {} left", where, brief, left),
                               fmt::format("{}  best {:.3g}  {} left", where, record.best, left)};
  std::size_t form = 0;
  while (form + 1 < std::size(texts) && texts[form].size() > room) ++form;
  fmt::print(stderr, "\r\033[K{}", with_bar(texts[form], done, report.generations, room));
  std::fflush(stderr);
  line_open_ = true;
}

void ProgressLine::note(const std::string& text) {
  const auto now = Clock::now();
  if (quiet_ || now - last_ < (terminal_ ? milliseconds(100) : milliseconds(2000))) return;
  last_ = now;
  if (terminal_) fmt::print(stderr, "\r\033[K{}", text.substr(0, columns()));
  else fmt::print(stderr, "{}\n", text);
  std::fflush(stderr);
  line_open_ = terminal_;
}

void ProgressLine::say(const std::string& text) {
  if (quiet_) return;
  end_line();
  fmt::print(stderr, "{}\n", text);
}

}  // namespace carve::app
