#include "carve/evaluate/workers.hpp"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

namespace carve::evaluate {

struct Workers::Arena {
  explicit Arena(int threads)
      : limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads)), arena(threads) {}
  tbb::global_control limit;  // also raises oneTBB's own limit where more threads than cores are asked for
  mutable tbb::task_arena arena;
};

Workers::Workers(int threads)
    : threads_(threads > 0 ? threads : tbb::info::default_concurrency()),  // respects the affinity mask
      arena_(std::make_unique<Arena>(threads_)) {}

Workers::~Workers() = default;

void Workers::each(std::size_t count, const std::function<void(std::size_t)>& work) const {
  if (threads_ == 1) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  arena_->arena.execute([&] {
    // One item at a time: lifetimes may differ in length, and stealing whole ranges would leave threads idle at the
    // end.
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, count, 1),
        [&](const tbb::blocked_range<std::size_t>& range) {
          for (std::size_t i = range.begin(); i != range.end(); ++i) work(i);
        },
        tbb::simple_partitioner());
  });
}

}  // namespace carve::evaluate
