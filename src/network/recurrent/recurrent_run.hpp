// One candidate's lifetime in a recurrent network, stretch by stretch.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "carve/network/recurrent/lifetime.hpp"
#include "carve/rule/rule_space.hpp"

namespace carve::network {

template <class T>
struct RecurrentState;

/// The rule of each projection, [projection]; nothing where weights stay as they are. Those that are is_linear
/// (linear_rule.hpp) let postsynaptic spikes wait, all others change weights at every spike.
using ProjectionRules = std::vector<std::optional<rule::RuleSpace>>;

/// The live network of one candidate. Weights are clamped when they are read (Clamp::at_read) and start within their
/// bounds. The same bits on every instruction set; T is float or double. Keeps references to what it is made from.
template <class T>
class RecurrentRun {
 public:
  /// values: of the rules' parameters, one rule after the other.
  RecurrentRun(const RecurrentNetwork& network, const ProjectionRules& rules, std::span<const double> values,
               const RecurrentTrial& trial);
  RecurrentRun(RecurrentRun&&) noexcept;
  ~RecurrentRun();

  /// Goes on for 10 ms, or until the end of the trial.
  void advance();
  /// Whether a projection's weights change from now on; at first they do. Switched off, they stay as a presynaptic
  /// spike would read them now. Traces go on, so that they are true when weights learn again.
  void learn(std::size_t projection, bool on);
  /// Steps lived.
  [[nodiscard]] std::size_t now() const;
  [[nodiscard]] bool finished() const;

  /// Who of a population of neurons spiked in a step of the last stretch.
  [[nodiscard]] std::span<const std::uint16_t> spikes(std::size_t population, std::size_t step) const;
  /// The weights of a plastic projection as a presynaptic spike would read them now, source by source.
  [[nodiscard]] std::vector<double> weights(std::size_t projection);
  /// Memory that belongs to this candidate alone.
  [[nodiscard]] std::size_t bytes() const;

 private:
  std::unique_ptr<RecurrentState<T>> state_;
};

/// A whole lifetime, with the frozen parts of its trial.
template <class T>
[[nodiscard]] RecurrentLife run_recurrent(const RecurrentNetwork& network, const ProjectionRules& rules,
                                          std::span<const double> values, const RecurrentTrial& trial);

extern template class RecurrentRun<float>;
extern template class RecurrentRun<double>;

}  // namespace carve::network
