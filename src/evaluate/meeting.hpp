// How ranks meet: who is on which machine, and how many threads each has there.
#pragma once

#include <string>
#include <vector>

namespace carve::evaluate {

[[nodiscard]] std::string host_name();
/// '1' for each core that this process may use.
[[nodiscard]] std::string own_cores();

/// How many threads each of several ranks should have: the cores that it may use, each shared equally with the ranks on
/// the same machine that may use it too; at least one. hosts: [rank]; cores: [rank][core of the machine]: whether it
/// may be used.
[[nodiscard]] std::vector<int> divide_cores(const std::vector<std::string>& hosts,
                                            const std::vector<std::vector<bool>>& cores);

/// The ranks that have said hello, as the leader gets to know them; others know the leader's host.
class Meeting {
 public:
  explicit Meeting(int size = 1) : hosts_(static_cast<std::size_t>(size)), cores_(static_cast<std::size_t>(size)) {}

  /// True once all are there. `cores` as own_cores has it.
  bool arrives(int rank, const std::string& host, const std::string& cores);
  /// Threads of each rank, when all are there; `wanted`: of each, or 0 for the cores of a machine, divided.
  [[nodiscard]] std::vector<int> threads(int wanted) const;

  void is_at(int rank, const std::string& host) { hosts_[static_cast<std::size_t>(rank)] = host; }
  [[nodiscard]] const std::string& host(int rank) const { return hosts_[static_cast<std::size_t>(rank)]; }
  /// A rank, for messages.
  [[nodiscard]] std::string label(int rank) const;

 private:
  std::vector<std::string> hosts_;
  std::vector<std::vector<bool>> cores_;
  std::size_t present_ = 0;
};

}  // namespace carve::evaluate
