// Learning algorithms that are no local rule of one connection, but known to find principal components: what found
// rules are measured against.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "carve/base/component.hpp"
#include "carve/network/rate_network.hpp"

namespace carve::network {

/// One lifetime for several learning rates at once.
struct BaselineLife {
  std::span<const float> inputs;           // [step][input]
  std::span<const float> initial_weights;  // as RateNetwork orders them; the feedforward ones count
  std::span<const double> rates;           // learning rate of each candidate
};

/// Const: one object serves all threads.
class Baseline {
 public:
  virtual ~Baseline() = default;
  /// The weights after the steps `ends`, rising: [end][rate][weight], ordered as the network's. They stand for what the
  /// inputs do to the outputs when all paths are counted, so that lateral weights are 0. In double.
  [[nodiscard]] virtual std::vector<std::vector<std::vector<double>>> learn(
      const BaselineLife& life, std::span<const std::size_t> ends) const = 0;
};

struct BaselineContext {
  RateNetwork network;
};
using BaselineComponent = base::Component<Baseline, BaselineContext>;

/// All baselines a file or command may name.
[[nodiscard]] const std::vector<const BaselineComponent*>& baselines();

extern const BaselineComponent sanger;
extern const BaselineComponent similarity_matching;

}  // namespace carve::network
