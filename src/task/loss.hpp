// How far a network is from what it should have become.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "carve/base/component.hpp"

namespace carve::task {

/// What a loss may look at: the truth about one trial and the weights at its end.
struct Learned {
  std::span<const double> components;  // [output][input], unit vectors
  std::span<const double> weights;     // [output][input]
  std::size_t inputs = 0;
};

/// Const: one object serves all threads. Smaller is better; finite for finite weights.
class Loss {
 public:
  virtual ~Loss() = default;
  [[nodiscard]] virtual double score(const Learned& learned) const = 0;
  /// No finished lifetime scores above this; failed ones score above it, the more the sooner they fail.
  [[nodiscard]] virtual double worst() const = 0;
};

struct LossContext {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
};

using LossComponent = base::Component<Loss, LossContext>;

/// All losses a file may name.
[[nodiscard]] const std::vector<const LossComponent*>& losses();

extern const LossComponent principal_components_loss;

}  // namespace carve::task
