// What threads that compute do with the courier.
#include "carve/evaluate/courier.hpp"

#include "carve/base/error.hpp"
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
  expecting_ = true;
  wake_.notify_one();
  changed_.wait(lock, [&] { return !texts_.empty() || over_ || halted_ || lost(); });
  check();
  expecting_ = false;
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
      mine.take();
    } else {
      ask(mine);
      changed_.wait(lock);
    }
  }
  check();
  --mine.waiting;
  const std::optional<std::size_t> piece = mine.begin();
  if (piece && rank_ != 0 && mine.queue.size() < claiming().reserve()) ask(mine);
  return piece;
}

void Ranks::Courier::done(std::size_t piece, std::string bytes) {
  const std::lock_guard lock(mutex_);
  Job& mine = jobs_.at(current_);
  const double seconds = mine.end(piece, std::move(bytes));
  constexpr double smoothing = 0.3;  // weight of the newest measurement
  piece_seconds_ += (piece_seconds_ == 0 ? 1 : smoothing) * (seconds - piece_seconds_);
  if (rank_ == 0) --mine.missing;
  else mine.unsent.push_back(piece);
  if (rank_ == 0 ? mine.missing == 0 : mine.through()) wake_.notify_one();
}

std::vector<std::string> Ranks::Courier::collect() {
  std::unique_lock lock(mutex_);
  const auto mine = jobs_.find(current_);
  expecting_ = true;
  wake_.notify_one();
  changed_.wait(lock, [&] { return mine->second.complete || halted_ || lost(); });
  check();
  expecting_ = false;
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
  expecting_ = true;
  wake_.notify_one();
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
  Job& found = jobs_.try_emplace(number, count, group, size_).first->second;
  if (found.results.size() != count) throw std::logic_error("the ranks do not agree on what to do");
  return found;
}

Claiming Ranks::Courier::claiming() const {
  return {.round_trip = round_trip_, .piece = piece_seconds_, .threads = static_cast<std::size_t>(threads_)};
}

void Ranks::Courier::ask(Job& mine) {
  if (mine.wanted || mine.ended || rank_ == 0) return;
  mine.wanted = true;
  wake_.notify_one();
}

void Ranks::Courier::post_to_children(const std::string& bytes) {
  for (const int child : children_of(rank_, size_)) outbox_.emplace_back(child, bytes);
  wake_.notify_one();
}

}  // namespace carve::evaluate
