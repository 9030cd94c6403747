// Messages between the ranks of a job: the little that MPI is needed for, so that everything else can be tested alone.
#pragma once

#include <optional>
#include <string>

namespace carve::evaluate {

struct Message {
  int from = 0;
  std::string bytes;
};

/// Carries messages between ranks. Open and close are called by the same thread, one call is made at a time; only abort
/// may come while close waits. Throws std::runtime_error where the network fails.
class Channel {
 public:
  Channel() = default;
  virtual ~Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Returns once every rank is there.
  virtual void open() = 0;
  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;
  /// Never waits. What one rank sends another arrives in the order of sending.
  virtual void send(int to, std::string bytes) = 0;
  /// Never waits: nothing where nothing has come. It also lets what is being sent go on.
  [[nodiscard]] virtual std::optional<Message> receive() = 0;
  /// After everything sent has left. All ranks close, and each waits for all.
  virtual void close() = 0;
  /// Ends the processes of all ranks, this one included, with an exit code. Where that cannot be (in tests) it returns.
  virtual void abort(int code) noexcept = 0;
};

}  // namespace carve::evaluate
