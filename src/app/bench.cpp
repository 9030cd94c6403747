#include <fmt/format.h>

#include "carve/app/commands.hpp"

namespace carve::app {

int bench(const BenchArguments&) { return fine; }

}  // namespace carve::app
