// What threads that compute do with the courier.
#include "carve/evaluate/courier.hpp"

#include <fmt/format.h>

#include "carve/base/error.hpp"
#include "carve/evaluate/looking.hpp"
#include "carve/evaluate/message_tree.hpp"

namespace carve::evaluate {

Ranks::Courier::Courier(std::unique_ptr<Channel> channel, const RanksOptions& options)
    : channel_(std::move(channel)), options_(options) {
  thread_ = std::thread([this] { run(); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return met_ || lost(); });
  if (!lost()) return;
  lock.unlock();
  thread_.join();
  throw base::EnvironmentError(trouble_);
}

Ranks::Courier::~Courier() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    if (!over_) abandoned_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Ranks::Courier::check() const {
  if (lost()) throw base::EnvironmentError(trouble_);
  if (halted_) throw Stopped();
}

void Ranks::Courier::check_cheaply() {
  if (!troubled_.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(mutex_);
  check();
}

bool Ranks::Courier::is_lost() {
  const std::lock_guard lock(mutex_);
  return lost();
}

void Ranks::Courier::lose(std::string message) {
  trouble_ = std::move(message);
  troubled_ = true;
  changed_.notify_all();
}

void Ranks::Courier::halt() {
  halted_ = troubled_ = true;
  changed_.notify_all();
}

void Ranks::Courier::end_by_us(const std::string& message, int code) {
  trouble_ = message;
  troubled_ = true;
  options_.exit_code = code;
  ended_by_us_ = true;
}

std::string Ranks::Courier::from_leader(std::string said) {
  std::unique_lock lock(mutex_);
  check();
  if (rank_ == 0) {
    post_to_children(pack(Text{said}));
    return said;
  }
  await(lock, [&] { return !texts_.empty() || over_; });
  check();
  if (texts_.empty()) return {};
  said = std::move(texts_.front());
  texts_.pop_front();
  return said;
}

void Ranks::Courier::begin(std::size_t count, std::size_t group) {
  const std::lock_guard lock(mutex_);
  check();
  (void)job(++current_, count, group);
}

std::optional<std::size_t> Ranks::Courier::claim() {
  std::unique_lock lock(mutex_);
  Job& mine = jobs_.at(current_);
  ++mine.waiting;
  while (mine.queue.empty() && !mine.ended) {
    check();
    if (rank_ == 0) {
      mine.take(piece_times_.making());
      continue;
    }
    ask(mine);
    lock.unlock();
    look();
    lock.lock();
    await(lock, [&] { return !mine.queue.empty() || mine.ended || !mine.wanted; });
  }
  check();
  --mine.waiting;
  const std::optional<std::size_t> piece = mine.begin();
  if (rank_ == 0 || !piece || mine.queue.size() >= claiming().reserve() || mine.wanted) return piece;
  ask(mine);
  lock.unlock();
  look();
  return piece;
}

void Ranks::Courier::done(std::size_t piece, std::string bytes) {
  std::unique_lock lock(mutex_);
  Job& mine = jobs_.at(current_);
  const Job::Begun begun = mine.end(piece, std::move(bytes));
  piece_times_.add(Seconds(Clock::now() - begun.at).count(), begun.first);
  if (rank_ == 0) --mine.missing;
  else mine.unsent.push_back(piece);
  const bool last = rank_ == 0 ? mine.missing == 0 : mine.through();
  if (!last && Seconds(Clock::now() - last_look_).count() < shortest_look) return;
  lock.unlock();
  look();
}

std::vector<std::string> Ranks::Courier::collect() {
  std::unique_lock lock(mutex_);
  const auto mine = jobs_.find(current_);
  await(lock, [&] { return mine->second.complete; });
  check();
  std::vector<std::string> all = std::move(mine->second.results);
  jobs_.erase(mine);
  return all;
}

void Ranks::Courier::leave() {
  std::unique_lock lock(mutex_);
  if (lost()) throw base::EnvironmentError(trouble_);
  if (rank_ == 0) {
    post_to_children(pack(Kind::bye));
    over_ = true;
  }
  wake_.notify_one();
  waiting_since_ = Clock::now();
  ++awaiting_;
  changed_.wait(lock, [&] { return over_ || lost(); });
  if (lost()) throw base::EnvironmentError(trouble_);
  lock.unlock();
  thread_.join();
}

void Ranks::Courier::give_up(const std::string& message, int code) {
  std::unique_lock lock(mutex_);
  if (over_ || lost()) return;
  if (rank_ == 0) end_by_us(message, code);
  else outbox_.emplace_back(0, pack(Failed{message, static_cast<std::uint64_t>(code)}));
  wake_.notify_one();
  // The leader ends the job; where it does not, nobody else will.
  changed_.wait_for(lock, Seconds(options_.timeout / Vigil::beats_per_timeout),
                    [&] { return over_ || !thread_running_; });
  if (!over_ && thread_running_) {
    end_by_us(message, code);
    wake_.notify_one();
  }
  changed_.wait(lock, [&] { return over_ || !thread_running_; });
  lock.unlock();
  thread_.join();
}

Job& Ranks::Courier::job(std::uint64_t number, std::size_t count, std::size_t group) {
  Job& found = jobs_.try_emplace(number, count, group, rank_, size_).first->second;
  if (found.results.size() != count) throw std::logic_error("the ranks do not agree on what to do");
  return found;
}

Claiming Ranks::Courier::claiming() const {
  return {
      .round_trip = round_trip_.mean(), .piece = piece_times_.mean(), .threads = static_cast<std::size_t>(threads_)};
}

std::string Ranks::Courier::cannot_reach(const std::exception& error) const {
  return fmt::format("{} cannot reach the other ranks: {}", meeting_.label(rank_), error.what());
}

void Ranks::Courier::ask(Job& mine) { mine.wanted = rank_ != 0 && !mine.ended; }

/// Waits until what is awaited has come, or nothing will any more.
void Ranks::Courier::await(std::unique_lock<std::mutex>& lock, const std::function<bool()>& come) {
  if (come() || halted_ || lost()) return;
  waiting_since_ = Clock::now();
  ++awaiting_;
  wake_.notify_one();
  changed_.wait(lock, [&] { return come() || halted_ || lost(); });
  --awaiting_;
}

/// Sends and receives on a thread that computes, between two pieces: there it takes a twentieth of what it would take
/// to change to the courier and back.
void Ranks::Courier::look() {
  const std::unique_lock channel(channel_mutex_, std::try_to_lock);
  if (!channel) return;  // another thread is looking
  try {
    send_out();
    if (receive()) send_out();
  } catch (const std::exception& error) {
    const std::lock_guard lock(mutex_);
    if (!lost()) lose(cannot_reach(error));
    wake_.notify_one();
  }
}

void Ranks::Courier::post_to_children(const std::string& bytes) {
  for (const int child : children_of(rank_, size_)) outbox_.emplace_back(child, bytes);
  wake_.notify_one();
}

}  // namespace carve::evaluate
