// Messages over MPI: a module of its own, loaded only where a job has several ranks, so that carve itself needs no MPI.
#include <atomic>
#include <cstdlib>
#include <list>
#include <stdexcept>
#include <thread>

#include <mpi.h>

#include "carve/evaluate/channel.hpp"

namespace carve::evaluate {
namespace {

constexpr int tag = 1;

void check(int code) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw std::runtime_error(std::string(text, static_cast<std::size_t>(length)));
}

/// Nothing here waits inside MPI: a wait would keep the calling thread from noticing that another rank is gone.
class MpiChannel final : public Channel {
 public:
  void open() override {
    int provided = 0;
    check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided));
    if (provided < MPI_THREAD_SERIALIZED) throw std::runtime_error("this MPI allows calls from one thread only");
    check(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN));
    check(MPI_Comm_rank(MPI_COMM_WORLD, &rank_));
    check(MPI_Comm_size(MPI_COMM_WORLD, &size_));
  }
  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }

  void send(int to, std::string bytes) override {
    Transfer& transfer = sending_.emplace_back();
    transfer.message = {to, std::move(bytes)};
    check(MPI_Isend(transfer.message.bytes.data(), length(transfer), MPI_BYTE, to, tag, MPI_COMM_WORLD,
                    &transfer.request));
  }

  std::optional<Message> receive() override {
    for (auto each = sending_.begin(); each != sending_.end();) each = over(*each) ? sending_.erase(each) : ++each;
    while (begin_receiving()) {}
    // In the order in which they began, so that messages of one rank stay in order.
    if (receiving_.empty() || !over(receiving_.front())) return std::nullopt;
    Message message = std::move(receiving_.front().message);
    receiving_.pop_front();
    return message;
  }

  void close() override {
    closing_ = true;
    while (!sending_.empty()) {
      (void)receive();
      std::this_thread::yield();
    }
    check(MPI_Finalize());
  }

  void abort(int code) noexcept override {
    // MPI can no longer be called while it ends; its launcher ends the others when a process leaves like this.
    if (!closing_) MPI_Abort(MPI_COMM_WORLD, code);
    std::_Exit(code);
  }

 private:
  struct Transfer {
    Message message;
    MPI_Request request = MPI_REQUEST_NULL;
  };

  static int length(const Transfer& transfer) {
    if (transfer.message.bytes.size() > 0x7fffffff) throw std::runtime_error("a message of more than 2 GB");
    return static_cast<int>(transfer.message.bytes.size());
  }

  static bool over(Transfer& transfer) {
    int done = 0;
    check(MPI_Test(&transfer.request, &done, MPI_STATUS_IGNORE));
    return done != 0;
  }

  /// Takes up a message that has been announced; false where none is.
  bool begin_receiving() {
    int announced = 0;
    MPI_Message handle = MPI_MESSAGE_NULL;
    MPI_Status status;
    check(MPI_Improbe(MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, &announced, &handle, &status));
    if (announced == 0) return false;
    int count = 0;
    check(MPI_Get_count(&status, MPI_BYTE, &count));
    Transfer& transfer = receiving_.emplace_back();
    transfer.message = {status.MPI_SOURCE, std::string(static_cast<std::size_t>(count), '\0')};
    check(MPI_Imrecv(transfer.message.bytes.data(), count, MPI_BYTE, &handle, &transfer.request));
    return true;
  }

  int rank_ = 0, size_ = 1;
  std::atomic<bool> closing_{false};
  std::list<Transfer> sending_, receiving_;  // requests keep their addresses
};

}  // namespace
}  // namespace carve::evaluate

/// What carve::evaluate::load_channel looks for.
extern "C" carve::evaluate::Channel* carve_mpi_channel() { return new carve::evaluate::MpiChannel; }
