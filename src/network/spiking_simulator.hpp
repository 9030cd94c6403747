// Simulates a spiking neuron whose inputs follow candidate rules, many candidates at once.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "carve/base/aligned.hpp"
#include "carve/network/kernels/spiking_kernels.hpp"
#include "carve/network/linear_rule.hpp"
#include "carve/network/spiking_neuron.hpp"
#include "carve/rule/rule_space.hpp"

namespace carve::network {

/// Candidates side by side. Lanes beyond `count` repeat the first one.
template <class T>
struct SpikingBlock {
  std::size_t first = 0;  // index of lane 0 among all candidates
  std::size_t count = 0;
  std::size_t lanes = 0;                             // one part or most_parts parts
  std::array<base::AlignedVector<T>, 2> rules = {};  // of excitation and inhibition: LinearNumbers, [number][lane]
};

/// Which synapses follow a rule.
struct Plastic {
  bool excitation = false;
  bool inhibition = false;
};

/// What the synapses that are not plastic do in a trial, shared by all candidates: [step][2] as in SpikingStretch.
template <class T>
[[nodiscard]] base::AlignedVector<T> static_drive(const SpikingNeuron& neuron, const SpikingTrial& trial,
                                                  Plastic plastic);

/// Const; one object serves all threads. Each candidate's result is the same to the bit whatever the block, lane,
/// neighbours, thread or instruction set. T is float or double.
template <class T>
class SpikingSimulator {
 public:
  /// A rule that is null leaves its synapses as they are; at least one is given, and is_linear.
  SpikingSimulator(const SpikingNeuron& neuron, const rule::RuleSpace* excitatory, const rule::RuleSpace* inhibitory);

  /// candidates: the parameter values of each, those of the excitatory rule first.
  [[nodiscard]] std::vector<SpikingBlock<T>> prepare(std::span<const std::vector<double>> candidates) const;

  /// static_drive of this neuron and these rules.
  [[nodiscard]] base::AlignedVector<T> drive(const SpikingTrial& trial) const {
    return static_drive<T>(neuron_, trial, {plastic(0), plastic(1)});
  }

  /// One lifetime of each of the block's candidates, in their order. Without limits nobody ends early; `cut_short`,
  /// asked every 50 ms of the lifetime, ends all that still live.
  [[nodiscard]] std::vector<SpikingLife> run(const SpikingBlock<T>& block, const SpikingTrial& trial,
                                             std::span<const T> static_drive,
                                             const std::optional<RateLimits>& limits = {},
                                             const CutShort& cut_short = {}) const;

 private:
  struct State;
  [[nodiscard]] double relative(base::Volts voltage) const { return voltage.value - neuron_.rest.value; }
  [[nodiscard]] bool plastic(std::size_t population) const { return rules_[population].has_value(); }
  [[nodiscard]] std::size_t stretch_steps() const;
  void fill(std::span<const double> values, std::size_t lane, SpikingBlock<T>& block) const;
  void start(const SpikingBlock<T>& block, const SpikingTrial& trial, std::span<const T> static_drive,
             State& state) const;
  void start(std::size_t population, const SpikingBlock<T>& block, const SpikingTrial& trial, PlasticInput<T>& input,
             State& state) const;
  void keep_weights(const State& state, const SpikingTrial& trial, std::size_t lane, SpikingLife& life) const;

  SpikingNeuron neuron_;
  std::array<std::optional<rule::RuleSpace>, 2> rules_;
  PostUpdate update_;
};

extern template class SpikingSimulator<float>;
extern template class SpikingSimulator<double>;

}  // namespace carve::network
