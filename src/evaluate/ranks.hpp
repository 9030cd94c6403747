// The ranks of a job: processes, on one machine or many, that work through the same pieces of work together.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "carve/evaluate/channel.hpp"
#include "carve/evaluate/workers.hpp"

namespace carve::evaluate {

struct RanksOptions {
  double timeout = 60;             // seconds without a sign of life after which a rank counts as lost
  int threads = 0;                 // of each rank; 0: the cores of a machine, divided among its ranks
  const StopFlag* stop = nullptr;  // the leader's, which is looked at all the time: not 0 stops all ranks
  std::string build;               // what must be the same everywhere
  /// What happened, before the job is ended; on a thread of its own. Called once at most, on the leader where that is
  /// alive.
  std::function<void(const std::string& message)> on_lost;
  int exit_code = 3;  // of a job that has lost a rank
};

/// Every rank does the same at the same time; pieces of work are claimed from rank 0, the leader, and what came of them
/// goes to all. Threads may call claim and done side by side; everything else is for one thread. Once a rank is lost
/// the job is ended; where it cannot be, everything throws base::EnvironmentError. Once the leader is told to stop,
/// everything throws Stopped, on all ranks, and what is left is to leave.
class Ranks {
 public:
  /// Returns once all ranks have met. Throws base::EnvironmentError where they are not of the same build.
  Ranks(std::unique_ptr<Channel> channel, const RanksOptions& options);
  ~Ranks();
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  [[nodiscard]] int rank() const;
  [[nodiscard]] int size() const;
  [[nodiscard]] int threads() const;
  [[nodiscard]] bool leads() const { return rank() == 0; }
  /// Where this rank runs, for messages.
  [[nodiscard]] std::string name() const;

  /// The leader's text, on every rank; empty where the leader leaves instead.
  [[nodiscard]] std::string from_leader(std::string text);

  /// The next `count` pieces of work; neighbours in a group share what takes time to make.
  void begin(std::size_t count, std::size_t group);
  /// A piece for the calling thread; nothing where all are taken.
  [[nodiscard]] std::optional<std::size_t> claim();
  /// What came of it.
  void done(std::size_t piece, std::string bytes);
  /// What came of all pieces, when all are done.
  [[nodiscard]] std::vector<std::string> collect();

  /// Throws as everything does where the job is lost or was told to stop. Cheap, and for any thread.
  void check() const;
  /// Whether a rank is lost, which on_lost has told or is about to.
  [[nodiscard]] bool lost() const;

  /// The orderly end, of all ranks: returns when the leader has come here too.
  void leave();
  /// The end of the job because of a mistake here. On the leader it ends at once, for the message has been shown; on
  /// others the leader is told and says it.
  void give_up(const std::string& message, int code);

 private:
  class Courier;
  std::unique_ptr<Courier> courier_;
};

}  // namespace carve::evaluate
