// The thread of a rank that talks to the other ranks, and what it shares with the threads that compute.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "carve/base/bytes.hpp"
#include "carve/evaluate/job.hpp"
#include "carve/evaluate/meeting.hpp"
#include "carve/evaluate/messages.hpp"
#include "carve/evaluate/ranks.hpp"
#include "carve/evaluate/vigil.hpp"

namespace carve::evaluate {

class Ranks::Courier {
 public:
  // For threads that compute (courier.cpp), as Ranks has them:
  Courier(std::unique_ptr<Channel> channel, const RanksOptions& options);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int size() const { return size_; }
  [[nodiscard]] int threads() const { return threads_; }
  void check_cheaply();
  bool is_lost();
  std::string from_leader(std::string said);
  void begin(std::size_t count, std::size_t group);
  std::optional<std::size_t> claim();
  void done(std::size_t piece, std::string bytes);
  std::vector<std::string> collect();
  void leave();
  void give_up(const std::string& message, int code);

 private:
  using Clock = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;

  [[nodiscard]] bool lost() const { return !trouble_.empty(); }
  void check() const;
  void lose(std::string message);
  void halt();
  void end_by_us(const std::string& message, int code);
  Job& job(std::uint64_t number, std::size_t count, std::size_t group);
  [[nodiscard]] Claiming claiming() const;
  [[nodiscard]] std::string cannot_reach(const std::exception& error) const;
  void ask(Job& mine);
  void await(std::unique_lock<std::mutex>& lock, const std::function<bool()>& come);
  void look();
  void post_to_children(const std::string& bytes);

  // The courier's own thread (courier_thread.cpp):
  void run();
  void work();
  void start();
  bool finished();
  void live();
  void rest(bool moved);
  void close();
  void tell_the_end() noexcept;

  // Of whichever thread has locked the channel (courier_messages.cpp):
  void send_out();
  void publish(std::uint64_t number, Job& whole);
  bool receive();
  // What has come; false where a message is damaged:
  bool handle(Kind kind, int from, base::ByteReader& reader, const std::string& bytes);
  bool on_hello(int from, base::ByteReader& reader);
  bool on_welcome(base::ByteReader& reader);
  bool on_claim(int from, base::ByteReader& reader);
  bool on_grant(base::ByteReader& reader);
  bool on_results(base::ByteReader& reader);
  bool on_text(base::ByteReader& reader);
  bool on_dead(base::ByteReader& reader);
  bool on_failed(int from, base::ByteReader& reader);

  std::mutex channel_mutex_;  // guards the channel once it is open; to be locked before mutex_
  std::unique_ptr<Channel> channel_;
  RanksOptions options_;
  int rank_ = 0, size_ = 1, threads_ = 1;

  std::mutex mutex_;                 // guards all that follows
  std::condition_variable changed_;  // for threads that compute
  std::condition_variable wake_;     // for the courier
  std::deque<std::pair<int, std::string>> outbox_;
  std::map<std::uint64_t, Job> jobs_;
  std::uint64_t current_ = 0, published_ = 0;
  std::deque<std::string> texts_;
  bool met_ = false, over_ = false, abandoned_ = false, ended_by_us_ = false;
  bool thread_running_ = true, halted_ = false;
  int awaiting_ = 0;                   // threads that wait for a message
  std::string trouble_;                // why the job is lost
  std::atomic<bool> troubled_{false};  // halted or lost: for who would rather not lock
  PieceTimes piece_times_;
  RunningMean round_trip_;  // s, of a claim
  Meeting meeting_;
  Vigil vigil_;
  Clock::time_point last_message_, waiting_since_, last_look_;
  std::thread thread_;
};

}  // namespace carve::evaluate
