// How far a network is from what it should have become.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "carve/base/component.hpp"
#include "carve/network/rate_network.hpp"
#include "carve/task/readout.hpp"

namespace carve::task {

struct Trial;
class Inputs;

/// What a loss looks at: one trial, and what one candidate has learned by one point of its lifetime.
struct Learned {
  const Trial& trial;
  std::span<const double> weights;             // as network::RateNetwork orders them
  std::size_t point = 0;                       // of the loss's points
  std::span<const double> truth_of_part = {};  // where the loss is part of a sum: its own part of the truth

  /// What the loss's `truth` said about the trial.
  [[nodiscard]] std::span<const double> truth() const;
};

/// Const: one object serves all threads. Smaller is better; finite for finite weights.
class Loss {
 public:
  explicit Loss(std::size_t points = 1) : points_(points) {}
  virtual ~Loss() = default;
  Loss(const Loss&) = delete;
  Loss& operator=(const Loss&) = delete;

  /// At how many equally distant points of a lifetime a candidate is scored, the end included; the mean counts.
  [[nodiscard]] std::size_t points() const { return points_; }
  /// What a perfect candidate would have learned in this trial (Trial::truth): made once, shared by all candidates.
  [[nodiscard]] virtual std::vector<double> truth(const Trial& trial) const = 0;
  [[nodiscard]] virtual double score(const Learned& learned) const = 0;
  /// Whether `gradient` says anything, which searches by exact gradients need.
  [[nodiscard]] virtual bool has_gradient() const { return false; }
  /// d score / d weight for each weight; 0 where a score has reached its bound, finite at kinks.
  [[nodiscard]] virtual std::vector<double> gradient(const Learned&) const { return {}; }
  /// No finished lifetime scores above this; failed ones score above it, the more the sooner they fail.
  [[nodiscard]] virtual double worst() const = 0;
  /// The readout that wants labelled samples in each trial; most losses have none.
  [[nodiscard]] virtual std::optional<ReadoutPlan> readout() const { return std::nullopt; }

 private:
  std::size_t points_;
};

struct LossContext {
  network::RateNetwork network;
  std::size_t points = 1;
  const Inputs* inputs = nullptr;  // nothing is known of them where it is null
};

using LossComponent = base::Component<Loss, LossContext>;

/// All losses a file may name.
[[nodiscard]] const std::vector<const LossComponent*>& losses();

extern const LossComponent principal_components_loss;
extern const LossComponent subspace_loss;
extern const LossComponent explained_variance_loss;
extern const LossComponent decorrelation_loss;
extern const LossComponent representation_loss;
extern const LossComponent teacher_loss;
extern const LossComponent sum_loss;

}  // namespace carve::task
