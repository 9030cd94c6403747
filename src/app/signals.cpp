#include "carve/app/signals.hpp"

#include <atomic>
#include <csignal>

#include <unistd.h>

namespace carve::app {
namespace {

evaluate::StopFlag stop_requested{0};
static_assert(evaluate::StopFlag::is_always_lock_free, "a signal handler may touch nothing else");

std::atomic<int> interrupts{0};
bool on_terminal = false;

void request_stop(int signal) {
  stop_requested.store(1);
  if (signal != SIGINT) return;  // schedulers may send theirs to the script, its steps and their processes
  if (interrupts++ > 0) {
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);  // takes effect when this handler returns: the shell sees what it was
    return;
  }
  constexpr char text[] = "\nstopping; once more kills at once\n";
  if (!on_terminal) return;
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text, sizeof(text) - 1);  // a handler may not print
}

}  // namespace

const evaluate::StopFlag& watch_for_signals() {
  on_terminal = isatty(STDERR_FILENO) != 0;
  struct sigaction action {};
  action.sa_handler = request_stop;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (signal == SIGINT && before.sa_handler == SIG_IGN) continue;
    sigaction(signal, &action, nullptr);
  }
  return stop_requested;
}

}  // namespace carve::app
