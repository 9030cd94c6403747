#include "carve/evaluate/meeting.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

namespace carve::evaluate {

std::string host_name() {
  char name[256] = {};
  gethostname(name, sizeof(name) - 1);
  return name;
}

std::string own_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return "1";
  std::string cores(CPU_SETSIZE, '0');
  for (std::size_t i = 0; i < cores.size(); ++i) cores[i] = CPU_ISSET(i, &set) ? '1' : '0';
  return cores.substr(0, cores.find_last_of('1') + 1);
}

std::vector<int> divide_cores(const std::vector<std::string>& hosts, const std::vector<std::vector<bool>>& cores) {
  std::map<std::pair<std::string, std::size_t>, int> users;
  for (std::size_t rank = 0; rank < hosts.size(); ++rank) {
    for (std::size_t core = 0; core < cores[rank].size(); ++core) users[{hosts[rank], core}] += cores[rank][core];
  }
  std::vector<int> threads;
  for (std::size_t rank = 0; rank < hosts.size(); ++rank) {
    double share = 0;
    for (std::size_t core = 0; core < cores[rank].size(); ++core) {
      if (cores[rank][core]) share += 1.0 / users[{hosts[rank], core}];
    }
    threads.push_back(std::max(1, static_cast<int>(share + 1e-9)));
  }
  return threads;
}

bool Meeting::arrives(int rank, const std::string& host, const std::string& cores) {
  is_at(rank, host);
  for (const char each : cores) cores_[static_cast<std::size_t>(rank)].push_back(each == '1');
  return ++present_ == hosts_.size();
}

std::vector<int> Meeting::threads(int wanted) const {
  if (wanted > 0) return std::vector<int>(hosts_.size(), wanted);
  return divide_cores(hosts_, cores_);
}

std::string Meeting::label(int rank) const {
  const auto at = static_cast<std::size_t>(rank);
  return fmt::format("rank {} ({})", rank, at < hosts_.size() && !hosts_[at].empty() ? hosts_[at] : host_name());
}

}  // namespace carve::evaluate
