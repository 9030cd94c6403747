// Simulates rate networks under candidate rules, many candidates at once.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "carve/base/aligned.hpp"
#include "carve/network/compiled_rule.hpp"
#include "carve/network/rate_network.hpp"

namespace carve::network {

/// Candidates side by side, ready to be simulated: `lanes` >= `count`, a multiple of lane_multiple; lanes beyond
/// `count` repeat a candidate.
template <class T>
struct CandidateBlock {
  std::size_t first = 0;  // index of lane 0 among all candidates
  std::size_t count = 0;
  std::size_t lanes = 0;
  std::vector<base::AlignedVector<T>>
      rules;  // one per connection: coefficients of a polynomial, or a program's registers
};

/// Simulates a rate network under the rules of its connections. Const and free of allocation while running, so one
/// object serves all threads. Each candidate's result is the same to the bit whatever the block, lane, thread or
/// instruction set. T is float or double.
template <class T>
class RateSimulator {
 public:
  /// rules: one space for each of network.connections(), in their order.
  RateSimulator(const RateNetwork& network, std::span<const rule::RuleSpace> rules);

  /// Blocks of as many lanes as suit the network. `candidates`: the parameter values of each candidate, those of
  /// the first rule first.
  [[nodiscard]] std::vector<CandidateBlock<T>> prepare(std::span<const std::vector<double>> candidates) const;

  /// Numbers of scratch that `run` needs for a block of `lanes`.
  [[nodiscard]] std::size_t scratch_size(std::size_t lanes) const;

  /// Runs `steps` steps. inputs: [step][input]; weights: [weight][lane], in and out; scratch: scratch_size().
  /// In batch mode `steps` should be a multiple of the batch: an incomplete batch changes nothing.
  void run(const CandidateBlock<T>& block, const T* inputs, std::size_t steps, T* weights, T* scratch) const noexcept;

 private:
  [[nodiscard]] std::size_t most_lanes() const;
  [[nodiscard]] bool whole_stretches() const;

  RateNetwork network_;
  std::vector<CompiledRule<T>> rules_;
};

/// Where a lifetime of `steps` steps is looked at, `count` times at about equal distances, the end included: after
/// whole batches, so that looking changes nothing.
[[nodiscard]] std::vector<std::size_t> look_steps(std::size_t steps, std::size_t count, const RateNetwork& network);

extern template class RateSimulator<float>;
extern template class RateSimulator<double>;

}  // namespace carve::network
