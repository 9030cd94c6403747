// How far a network is from what it should have become.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "carve/base/component.hpp"
#include "carve/network/rate_network.hpp"

namespace carve::task {

struct Trial;

/// What a loss looks at: the truth about one trial and the weights of one candidate.
struct Learned {
  std::span<const double> truth;    // what `Loss::truth` gave for the trial
  std::span<const double> weights;  // [point][output][input], the last point at the end of the lifetime
  std::size_t inputs = 0;
};

/// Const: one object serves all threads. Smaller is better; finite for finite weights.
class Loss {
 public:
  virtual ~Loss() = default;
  /// At how many equally distant points of a lifetime the weights are wanted, the end included.
  [[nodiscard]] virtual std::size_t points() const { return 1; }
  /// What a perfect candidate would have learned in this trial; made once per trial, shared by all candidates.
  [[nodiscard]] virtual std::vector<double> truth(const Trial& trial) const = 0;
  [[nodiscard]] virtual double score(const Learned& learned) const = 0;
  /// No finished lifetime scores above this; failed ones score above it, the more the sooner they fail.
  [[nodiscard]] virtual double worst() const = 0;
};

struct LossContext {
  network::RateNetwork network;
};

using LossComponent = base::Component<Loss, LossContext>;

/// All losses a file may name.
[[nodiscard]] const std::vector<const LossComponent*>& losses();

extern const LossComponent principal_components_loss;
extern const LossComponent teacher_loss;

}  // namespace carve::task
