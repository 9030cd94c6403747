// A rule that is any formula, made ready for the kernels: programs of both events, traces, scratch.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "carve/base/aligned.hpp"
#include "carve/base/units.hpp"
#include "carve/network/recurrent/kernels/eager_kernels.hpp"
#include "carve/network/recurrent/synapses.hpp"
#include "carve/rule/rule_space.hpp"

namespace carve::network {

/// What one candidate has of one projection with an event rule that is not is_linear.
template <class T>
class EagerRule {
 public:
  /// values: of the rule's parameters. targets: the neurons that the projection goes to.
  EagerRule(const rule::RuleSpace& space, std::span<const double> values, base::Seconds dt, const Synapses& synapses,
            const Population& targets);
  EagerRule(const EagerRule&) = delete;
  EagerRule& operator=(const EagerRule&) = delete;

  /// What the kernel takes; valid as long as this object.
  [[nodiscard]] EagerPathway<T>* view() { return &view_; }
  /// Sets `growth` back where it has become large; to be called at least every 10 ms.
  void rebase();
  [[nodiscard]] std::size_t bytes() const;

 private:
  void add_variable(const rule::Trace& trace, base::Seconds time_constant, base::Seconds dt, std::size_t neurons,
                    const NeuronModel& targets);
  /// One of the two formulas.
  struct Event {
    rule::Program<T> program;
    base::AlignedVector<T> registers;
    std::vector<std::uint32_t> used;
    base::AlignedVector<T> weights;
    PerceptronEvent<T> perceptron;
  };
  void compile(const rule::RuleSpace& space, std::span<const double> values, rule::Side side);
  void fold(const rule::Perceptron& perceptron, std::span<const double> values, rule::Side side);

  std::array<Event, 2> events_;  // [Side]
  std::vector<EventVariable<T>> variables_;
  std::vector<base::AlignedVector<T>> memory_;  // [variable][neuron]
  base::AlignedVector<T> scratch_, perceptron_scratch_;
  EagerPathway<T> view_;
};

extern template class EagerRule<float>;
extern template class EagerRule<double>;

}  // namespace carve::network
