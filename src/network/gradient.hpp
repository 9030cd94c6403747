// Exact gradients: how a loss on a rate network's weights changes with the parameters of its rules, for many candidates
// at once. Reverse mode through the whole lifetime, with the weights computed again from checkpoints.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "carve/network/kernels/gradient_kernels.hpp"
#include "carve/network/rate_simulator.hpp"
#include "carve/rule/rule_derivatives.hpp"

namespace carve::network {

/// Candidates as RateSimulator takes them, and what the way back needs of them.
template <class T>
struct GradientBlock {
  CandidateBlock<T> candidates;
  std::vector<base::AlignedVector<T>> slopes;  // per connection: registers of its derivatives' program, if it has one
};

/// What one lifetime of a block leaves behind on its way forwards, and what is found on the way back. Memory: weights
/// of about two times sqrt(steps) moments. Once all stretches have gone back it is ready for another lifetime, of any
/// block of any gradient; keeping it saves asking the system for memory again.
template <class T>
struct GradientTape {
  struct Stretch {
    const T* inputs = nullptr;  // of the caller
    std::size_t steps = 0;      // those that change weights
    std::size_t segment = 0;    // steps from one checkpoint to the next
    std::size_t checkpoints = 0;
  };
  std::vector<Stretch> stretches;
  std::vector<base::AlignedVector<T>> checkpoints;  // [weight][lane], at the begin of each segment
  std::size_t used = 0;                             // of them
  base::AlignedVector<T> sums;                      // [lanes taken together][connection][number][lane]
  base::AlignedVector<T> scratch;

  /// Gives up a lifetime that shall not go back.
  void forget() {
    stretches.clear();
    used = 0;
  }
};

/// Const: one object serves all threads. A candidate's gradient is the same to the bit whatever the block, lane,
/// thread, instruction set or cutting into stretches. T is float or double.
template <class T>
class RateGradient {
 public:
  /// rules: one space for each of network.connections(), in their order.
  RateGradient(const RateNetwork& network, std::span<const rule::RuleSpace> rules);

  /// As RateSimulator::prepare.
  [[nodiscard]] std::vector<GradientBlock<T>> prepare(std::span<const std::vector<double>> candidates) const;

  /// As RateSimulator::run, with the same bits; `tape` remembers. The inputs must stay where they are.
  void forward(const GradientBlock<T>& block, const T* inputs, std::size_t steps, T* weights,
               GradientTape<T>& tape) const;

  /// Goes back over the stretch that went forward last, and forgets it. lambda: [weight][lane], the loss's derivatives
  /// by the weights, in and out: at the end of the stretch, at its begin. What the weights at a moment in between do to
  /// the loss is the caller's to add, between two stretches.
  void backward(const GradientBlock<T>& block, T* lambda, GradientTape<T>& tape) const;

  /// d loss / d parameter for the searched parameters of all rules, rule by rule, in the order of search_coordinates(),
  /// once all stretches have gone back. values: the candidate's parameters, as `prepare` took them.
  [[nodiscard]] std::vector<double> by_parameters(const GradientBlock<T>& block, std::size_t lane,
                                                  std::span<const double> values, const GradientTape<T>& tape) const;

 private:
  /// One connection's rule.
  struct Slopes {
    rule::RuleSpace space;
    CompiledRule<T> rule;
    std::vector<rule::CoefficientDerivatives> coefficients;  // one, of a polynomial
    std::vector<std::size_t> places;                         // of each term of the polynomial in the sums
    rule::Program<T> program;                                // otherwise
    std::size_t numbers = 0;                                 // of sums, per lane
  };

  [[nodiscard]] std::size_t segment_steps(std::size_t steps, std::size_t lanes) const;
  [[nodiscard]] std::size_t lanes_together(std::size_t lanes) const;
  [[nodiscard]] std::size_t numbers() const;
  [[nodiscard]] GradientRule<T> kernels_of(std::size_t connection, const GradientBlock<T>& block, std::size_t first,
                                           T* sums) const;
  void backward_together(const GradientBlock<T>& block, std::size_t first, std::size_t together, T* lambda,
                         GradientTape<T>& tape) const;

  RateNetwork network_;
  RateSimulator<T> simulator_;
  std::vector<Slopes> rules_;
};

extern template class RateGradient<float>;
extern template class RateGradient<double>;

}  // namespace carve::network
