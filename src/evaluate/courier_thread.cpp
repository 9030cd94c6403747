// The courier's own thread: it sends, receives, gives signs of life, and rests.
#include <algorithm>
#include <future>

#include <fmt/format.h>
#include <sys/prctl.h>

#include "carve/evaluate/courier.hpp"
#include "carve/evaluate/looking.hpp"

namespace carve::evaluate {
namespace {

constexpr double idle_look = 0.05, farewell = 0.1;  // s

}  // namespace

void Ranks::Courier::run() {
  prctl(PR_SET_TIMERSLACK, 1000UL);
  try {
    work();
  } catch (const std::exception& error) {
    const std::lock_guard lock(mutex_);
    if (!lost()) lose(cannot_reach(error));
  }
  std::unique_lock lock(mutex_);
  const bool silent = ended_by_us_ || over_;
  const bool ends_job = lost() || abandoned_;
  const std::string message = trouble_;
  lock.unlock();
  if (ends_job) {
    if (!silent && !message.empty() && options_.on_lost) options_.on_lost(message);
    const std::lock_guard channel(channel_mutex_);
    if (rank_ == 0) tell_the_end();
    channel_->abort(options_.exit_code);
  }
  lock.lock();
  thread_running_ = false;
  changed_.notify_all();
}

void Ranks::Courier::work() {
  channel_->open();
  rank_ = channel_->rank();
  size_ = channel_->size();
  start();
  while (!finished()) {
    std::unique_lock channel(channel_mutex_);
    send_out();
    const bool moved = receive();
    channel.unlock();
    live();
    rest(moved);
  }
  const std::lock_guard channel(channel_mutex_);
  send_out();
  if (!lost()) close();
}

/// The last that ranks do together, where no sign of life can be given any more: a rank that hangs there ends the job.
void Ranks::Courier::close() {
  std::promise<void> closed;
  std::jthread watch([this, is_closed = closed.get_future()] {
    if (is_closed.wait_for(Seconds(vigil_.patience())) == std::future_status::ready) return;
    if (options_.on_lost)
      options_.on_lost(fmt::format("{}: not all ranks have come to the end within {:.3g} s; the run itself is over",
                                   meeting_.label(rank_), vigil_.patience()));
    channel_->abort(options_.exit_code);
  });
  channel_->close();
  closed.set_value();
}

/// So that others do not complain, in their turn, that the leader is gone.
void Ranks::Courier::tell_the_end() noexcept {
  try {
    const std::string bytes = pack(Dead{static_cast<std::uint64_t>(options_.exit_code)});
    for (int other = 1; other < size_; ++other) channel_->send(other, bytes);
    for (const auto begin = Clock::now(); Seconds(Clock::now() - begin).count() < farewell;) {
      (void)channel_->receive();
      std::this_thread::sleep_for(Seconds(shortest_look));
    }
  } catch (const std::exception&) {  // the network is what failed
  }
}

bool Ranks::Courier::finished() {
  const std::lock_guard lock(mutex_);
  return over_ || lost() || abandoned_;
}

void Ranks::Courier::start() {
  const std::lock_guard lock(mutex_);
  meeting_ = Meeting(size_);
  vigil_ = Vigil(rank_, size_, options_.timeout);
  last_message_ = waiting_since_ = Clock::now();
  const Hello own{host_name(), own_cores(), options_.build};
  if (rank_ != 0) {
    outbox_.emplace_back(0, pack(own));
    return;
  }
  if (!meeting_.arrives(0, own.host, own.cores)) return;
  threads_ = meeting_.threads(options_.threads).front();
  met_ = true;
  changed_.notify_all();
}

/// Passes on that the leader was told to stop; gives signs of life and looks for those of others.
void Ranks::Courier::live() {
  const std::lock_guard lock(mutex_);
  if (rank_ == 0 && !halted_ && options_.stop != nullptr && options_.stop->load() != 0) {
    post_to_children(pack(Kind::halt));
    halt();
  }
  if (vigil_.beat_is_due()) {
    for (const int other : vigil_.watched()) outbox_.emplace_back(other, pack(Kind::beat));
  }
  if (const std::optional<int> silent = vigil_.look())
    lose(fmt::format("{} has given no sign of life for {:.3g} s", meeting_.label(*silent), vigil_.patience()));
}

/// Sleeps until there may be something to do.
void Ranks::Courier::rest(bool moved) {
  std::unique_lock lock(mutex_);
  if (moved || !outbox_.empty() || over_ || lost() || abandoned_) return;
  bool expects = rank_ == 0;
  for (const auto& [number, each] : jobs_) {
    expects = expects || each.asked;
    if (rank_ == 0 ? each.missing == 0 && !each.complete : each.asks() || each.tells_last()) return;
  }
  if (met_ && awaiting_ == 0) {
    const double often =
        std::min(expects ? look_beside_work : idle_look, options_.timeout / Vigil::beats_per_timeout / 2);
    wake_.wait_for(lock, Seconds(often));
    return;
  }
  const double look = until_next_look(Seconds(Clock::now() - std::max(waiting_since_, last_message_)).count());
  if (look >= shortest_look) {
    wake_.wait_for(lock, Seconds(look));
    return;
  }
  lock.unlock();
  std::this_thread::yield();
}

}  // namespace carve::evaluate
