#include "carve/evaluate/workers.hpp"

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

namespace carve::evaluate {

struct Workers::Arena {
  explicit Arena(int threads) : arena(threads) {
    // oneTBB's own limit, for more threads than cores. Of all limits in force the least holds, so where it is not
    // needed it would only slow other workers down.
    if (threads > tbb::info::default_concurrency()) {
      limit.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
    }
  }
  std::optional<tbb::global_control> limit;
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
#ifdef __SANITIZE_THREAD__
  // Distributions' oneTBB is not built for the thread sanitizer, which then takes its hand-overs for races. What is to
  // be checked is the work, so plain threads do it there.
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < threads_; ++t) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    });
  }
#else
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
#endif
}

}  // namespace carve::evaluate
