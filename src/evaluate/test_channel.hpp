// Ranks that are threads of one process, for tests: messages through memory, and ranks that fall silent.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "carve/evaluate/channel.hpp"
#include "carve/evaluate/ranks.hpp"

namespace carve::evaluate {

/// The messages on their way, of all ranks.
struct TestNetwork {
  explicit TestNetwork(int ranks) : inboxes(static_cast<std::size_t>(ranks)), silent(static_cast<std::size_t>(ranks)) {}
  std::mutex mutex;
  std::vector<std::deque<Message>> inboxes;
  std::vector<std::atomic<bool>> silent;  // neither sends nor receives any more
  std::atomic<int> closed{0};             // so many have closed
  std::atomic<int> aborted{-1};           // with this code, the first
};

class TestChannel final : public Channel {
 public:
  TestChannel(std::shared_ptr<TestNetwork> network, int rank) : network_(std::move(network)), rank_(rank) {}
  void open() override {}
  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return static_cast<int>(network_->inboxes.size()); }
  void send(int to, std::string bytes) override {
    if (network_->silent[at()]) return;
    const std::lock_guard lock(network_->mutex);
    network_->inboxes[static_cast<std::size_t>(to)].push_back({rank_, std::move(bytes)});
  }
  std::optional<Message> receive() override {
    if (network_->silent[at()]) return std::nullopt;
    const std::lock_guard lock(network_->mutex);
    auto& inbox = network_->inboxes[at()];
    if (inbox.empty()) return std::nullopt;
    Message message = std::move(inbox.front());
    inbox.pop_front();
    return message;
  }
  void close() override {
    ++network_->closed;
    const auto all = static_cast<int>(network_->inboxes.size());
    while (network_->closed < all && network_->aborted < 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  void abort(int code) noexcept override {
    int none = -1;
    network_->aborted.compare_exchange_strong(none, code);
  }

 private:
  [[nodiscard]] std::size_t at() const { return static_cast<std::size_t>(rank_); }
  std::shared_ptr<TestNetwork> network_;
  int rank_;
};

/// Calls work(ranks) as each of several ranks, side by side.
template <class Work>
void as_ranks(const std::shared_ptr<TestNetwork>& network, const RanksOptions& options, const Work& work) {
  std::vector<std::jthread> threads;
  for (int rank = 0; rank < static_cast<int>(network->inboxes.size()); ++rank) {
    threads.emplace_back([&, rank] {
      Ranks ranks(std::make_unique<TestChannel>(network, rank), options);
      work(ranks);
    });
  }
}

}  // namespace carve::evaluate
