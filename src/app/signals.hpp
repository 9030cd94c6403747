// Signals that ask a run to stop: from Ctrl-C, 'kill', or a scheduler whose time limit is near.
#pragma once

#include "carve/evaluate/workers.hpp"

namespace carve::app {

/// From here on SIGINT, SIGTERM and SIGUSR1 set the flag, and a second SIGINT kills at once; a SIGINT that is ignored,
/// as in a job of a shell script's background, stays so. For the rest of the program.
[[nodiscard]] const evaluate::StopFlag& watch_for_signals();

}  // namespace carve::app
