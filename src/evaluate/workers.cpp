#include "carve/evaluate/workers.hpp"

#include <atomic>
#include <cstring>
#include <ctime>
#include <future>
#include <optional>
#include <vector>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "carve/evaluate/ranks.hpp"

namespace carve::evaluate {

double processor_seconds(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double begin = now();
  work();
  return now() - begin;
}

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

Workers::Workers(int threads, const StopFlag* stop)
    : threads_(threads > 0 ? threads : tbb::info::default_concurrency()),  // respects the affinity mask
      stop_(stop),
      arena_(std::make_unique<Arena>(threads_)) {}

Workers::Workers(Ranks& ranks) : Workers(ranks.threads()) { ranks_ = &ranks; }

Workers::~Workers() = default;

std::size_t Workers::processes() const { return ranks_ == nullptr ? 1 : static_cast<std::size_t>(ranks_->size()); }

bool Workers::lead() const { return ranks_ == nullptr || ranks_->leads(); }

void Workers::check() const {
  if (ranks_ != nullptr) ranks_->check();
  if (stopping()) throw Stopped();
}

void Workers::each(std::size_t count, const std::function<void(std::size_t)>& work) const {
  const auto unless_stopped = [&](std::size_t i) {
    if (stopping()) throw Stopped();
    work(i);
  };
  if (threads_ == 1) {
    for (std::size_t i = 0; i < count; ++i) unless_stopped(i);
    return;
  }
#ifdef __SANITIZE_THREAD__
  // Distributions' oneTBB is not built for the thread sanitizer, which then takes its hand-overs for races. What is to
  // be checked is the work, so plain threads do it there.
  std::atomic<std::size_t> next = 0;
  std::vector<std::future<void>> threads;
  for (int t = 0; t < threads_; ++t) {
    threads.push_back(std::async(std::launch::async, [&] {
      for (std::size_t i = next++; i < count; i = next++) unless_stopped(i);
    }));
  }
  for (const auto& each : threads) each.wait();
  for (auto& each : threads) each.get();
#else
  arena_->arena.execute([&] {
    // One item at a time: lifetimes may differ in length, and stealing whole ranges would leave threads idle at the
    // end.
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, count, 1),
        [&](const tbb::blocked_range<std::size_t>& range) {
          for (std::size_t i = range.begin(); i != range.end(); ++i) unless_stopped(i);
        },
        tbb::simple_partitioner());
  });
#endif
}

void Workers::share(const SharedWork& pieces) const {
  if (ranks_ == nullptr && watch_) {
    return each(pieces.count, [&](std::size_t piece) {
      const double seconds = processor_seconds([&] { pieces.work(piece); });
      watch_(piece, seconds);
    });
  }
  if (ranks_ == nullptr) return each(pieces.count, pieces.work);
  if (pieces.count == 0) return;
  std::vector<std::atomic<bool>> here(pieces.count);
  ranks_->begin(pieces.count, pieces.group);
  each(static_cast<std::size_t>(threads_), [&](std::size_t) {
    while (const auto piece = ranks_->claim()) {
      pieces.work(*piece);
      here[*piece] = true;
      ranks_->done(*piece, pieces.pack(*piece));
    }
  });
  const std::vector<std::string> all = ranks_->collect();
  for (std::size_t i = 0; i < pieces.count; ++i) {
    if (!here[i]) pieces.unpack(i, all[i]);
  }
}

std::vector<double> Workers::share(std::size_t count, std::size_t group, std::size_t width,
                                   const std::function<void(std::size_t, std::span<double>)>& work) const {
  std::vector<double> all(count * width, 0.0);
  const auto places = [&](std::size_t piece) { return std::span(all).subspan(piece * width, width); };
  share({.count = count,
         .group = group,
         .work = [&](std::size_t piece) { work(piece, places(piece)); },
         .pack =
             [&](std::size_t piece) {
               std::string bytes(width * sizeof(double), '\0');
               std::memcpy(bytes.data(), places(piece).data(), bytes.size());
               return bytes;
             },
         .unpack = [&](std::size_t piece,
                       std::string_view bytes) { std::memcpy(places(piece).data(), bytes.data(), bytes.size()); }});
  return all;
}

}  // namespace carve::evaluate
