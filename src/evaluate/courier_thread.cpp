// The courier's own thread: it sends, receives, gives signs of life, and rests.
#include <algorithm>

#include <fmt/format.h>
#include <sys/prctl.h>

#include "carve/evaluate/courier.hpp"
#include "carve/evaluate/looking.hpp"

namespace carve::evaluate {
namespace {

constexpr std::chrono::duration<double> idle_look{0.05}, farewell{0.1};

}  // namespace

void Ranks::Courier::run() {
  prctl(PR_SET_TIMERSLACK, 1000UL);
  try {
    work();
  } catch (const std::exception& error) {
    const std::lock_guard lock(mutex_);
    if (!lost()) lose(fmt::format("{} cannot reach the other ranks: {}", meeting_.label(rank_), error.what()));
  }
  std::unique_lock lock(mutex_);
  const bool silent = ended_by_us_ || over_;
  const bool ends_job = lost() || abandoned_;
  const std::string message = trouble_;
  lock.unlock();
  if (ends_job) {
    if (!silent && !message.empty() && options_.on_lost) options_.on_lost(message);
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
    send_out();
    const bool moved = receive();
    live();
    rest(moved);
  }
  send_out();
  if (!lost()) channel_->close();
}

/// So that others do not complain, in their turn, that the leader is gone.
void Ranks::Courier::tell_the_end() noexcept {
  try {
    const std::string bytes = pack(Dead{static_cast<std::uint64_t>(options_.exit_code)});
    for (int other = 1; other < size_; ++other) channel_->send(other, bytes);
    for (const auto begin = Clock::now(); Clock::now() - begin < farewell;) {
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
  last_message_ = Clock::now();
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

void Ranks::Courier::send_out() {
  std::deque<std::pair<int, std::string>> outbox;
  {
    const std::lock_guard lock(mutex_);
    const auto found = jobs_.find(current_);
    if (rank_ != 0 && found != jobs_.end()) {
      Job& mine = found->second;
      const std::size_t wish = mine.asks() ? claiming().wish(mine.waiting) : 0;
      if (wish > 0 || mine.tells_last()) outbox_.emplace_back(0, pack(mine.claim(current_, wish)));
    }
    if (rank_ == 0) {
      for (auto& [number, each] : jobs_) publish(number, each);
    }
    outbox.swap(outbox_);
  }
  for (auto& [to, bytes] : outbox) channel_->send(to, std::move(bytes));
}

/// Sends what came of all pieces once all are there.
void Ranks::Courier::publish(std::uint64_t number, Job& whole) {
  if (whole.missing > 0 || whole.complete) return;
  post_to_children(pack(Results{number, whole.schedule.group(), whole.results}));
  whole.complete = true;
  published_ = number;
  changed_.notify_all();
}

/// True where anything came but signs of life.
bool Ranks::Courier::receive() {
  bool moved = false;
  while (auto message = channel_->receive()) {
    const std::lock_guard lock(mutex_);
    vigil_.heard(message->from);
    base::ByteReader reader(message->bytes);
    std::uint64_t kind = 0;
    if (!reader.get(kind) || !handle(static_cast<Kind>(kind), message->from, reader, message->bytes))
      throw std::runtime_error(fmt::format("a damaged message from {}", meeting_.label(message->from)));
    if (static_cast<Kind>(kind) == Kind::beat) continue;
    last_message_ = Clock::now();
    moved = true;
  }
  return moved;
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
  bool busy = false, awaits = rank_ == 0 || expecting_ || !met_;
  for (const auto& [number, each] : jobs_) {
    busy = busy || each.running > 0;
    awaits = awaits || each.asked;
    if (rank_ == 0 ? each.missing == 0 && !each.complete : each.wanted && !each.asked) return;
  }
  if (!awaits) {
    wake_.wait_for(lock, std::min(idle_look, Seconds(options_.timeout / Vigil::beats_per_timeout / 2)));
    return;
  }
  const double look = until_next_look(Seconds(Clock::now() - last_message_).count(), busy);
  if (look >= shortest_look) {
    wake_.wait_for(lock, Seconds(look));
    return;
  }
  lock.unlock();
  std::this_thread::yield();
}

}  // namespace carve::evaluate
