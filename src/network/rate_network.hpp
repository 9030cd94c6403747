// A layer of rate neurons, y = W x, whose weights change by one rule; many candidates at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "carve/base/aligned.hpp"
#include "carve/base/component.hpp"
#include "carve/network/kernels/rate_kernels.hpp"
#include "carve/rule/rule_space.hpp"

namespace carve::network {

/// When weights change.
enum class Update {
  online,      // after every sample
  batch_mean,  // after every `batch` samples, by the mean of their dw; samples left over at the end change nothing
};

/// y_i = sum_j w_ij x_j for `outputs` neurons with `inputs` synapses each (Oja 1982). Samples come one per step.
struct RateNetwork {
  std::int64_t inputs = 0;
  std::int64_t outputs = 1;
  Update update = Update::online;
  std::int64_t batch = 10;
  bool double_precision = false;

  [[nodiscard]] std::size_t weight_count() const { return static_cast<std::size_t>(inputs * outputs); }
};

/// The networks a file may name; rate networks only, so far.
struct NetworkContext {};
using NetworkComponent = base::Component<RateNetwork, NetworkContext>;
[[nodiscard]] const std::vector<const NetworkComponent*>& networks();

/// Candidates side by side, ready to be simulated: `lanes` >= `count`, a multiple of lane_multiple; lanes beyond
/// `count` carry a rule that does nothing.
template <class T>
struct CandidateBlock {
  std::size_t first = 0;  // index of lane 0 among all candidates
  std::size_t count = 0;
  std::size_t lanes = 0;
  base::AlignedVector<T> rule;  // coefficients of the polynomial, or registers of the program
};

/// Simulates a rate network under the rules of one space. Const and free of allocation while running, so one object
/// serves all threads. Each candidate's result is the same to the bit whatever the block, lane, thread or instruction
/// set. T is float or double.
template <class T>
class RateSimulator {
 public:
  /// Precondition: degrees of the rule's normal form at most largest_rate_degree, else it runs as a program.
  RateSimulator(const RateNetwork& network, const rule::RuleSpace& space);

  /// Blocks of at most 64 (float) or 32 (double) lanes. `candidates`: all parameter values of each candidate.
  [[nodiscard]] std::vector<CandidateBlock<T>> prepare(std::span<const std::vector<double>> candidates) const;

  /// Numbers of scratch that `run` needs for a block of `lanes`.
  [[nodiscard]] std::size_t scratch_size(std::size_t lanes) const;

  /// Runs `steps` steps. inputs: [step][input]; weights: [output][input][lane], in and out; scratch: scratch_size().
  /// In batch mode `steps` should be a multiple of the batch: an incomplete batch changes nothing.
  void run(const CandidateBlock<T>& block, const T* inputs, std::size_t steps, T* weights, T* scratch) const noexcept;

  /// True where the rule runs through a kernel made for its degrees, false where it is interpreted.
  [[nodiscard]] bool polynomial() const { return polynomial_; }
  /// Multiply-adds per synapse and step that the kernel spends, for speed as a share of the peak; 0 if interpreted.
  [[nodiscard]] std::size_t multiply_adds() const;

 private:
  void fill_polynomial(const std::vector<double>& values, std::size_t lane, CandidateBlock<T>& block) const;
  void fill_program(const std::vector<double>& values, std::size_t lane, CandidateBlock<T>& block,
                    std::vector<T>& registers) const;

  RateNetwork network_;
  rule::RuleSpace space_;
  bool polynomial_ = false;
  // polynomial
  std::size_t shape_ = rate_shapes;
  std::vector<int> degrees_;  // of x for each power of w, of the kernel
  int degree_y_ = 0;
  // program
  rule::Program<T> program_;
};

/// Where a lifetime of `steps` steps is looked at, `count` times at about equal distances, the end included: after
/// whole batches, so that looking changes nothing.
[[nodiscard]] std::vector<std::size_t> look_steps(std::size_t steps, std::size_t count, const RateNetwork& network);

extern template class RateSimulator<float>;
extern template class RateSimulator<double>;

}  // namespace carve::network
