// What all evaluations of a block of candidates in one trial share: how weights go on, who fails, who scores what.
#pragma once

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <vector>

#include "carve/base/aligned.hpp"
#include "carve/evaluate/evaluator.hpp"
#include "carve/network/rate_simulator.hpp"

namespace carve::evaluate {

/// A lifetime is looked at this many times, so that a candidate that fails is graded by how long it lasted, and a block
/// in which all have failed ends early.
inline constexpr std::size_t looks = 8;
/// Squared length of the weights beyond which a candidate counts as blown up.
inline constexpr double largest_square = 1e6;

/// How a lane has fared so far.
struct Fate {
  task::Outcome outcome = task::Outcome::finished;
  double survived = 0;  // share of the lifetime at the last look at which it was well
};

/// A block of candidates on its way through one trial.
template <class T>
class Lifetime {
 public:
  /// The first `count` of `lanes` lanes are candidates.
  Lifetime(const network::RateNetwork& network, std::size_t lanes, std::size_t count, const task::Trial& trial)
      : inputs_(inputs_of(trial)),
        synapses_(static_cast<std::size_t>(network.inputs)),
        size_(network.weight_count()),
        lanes_(lanes),
        steps_(trial.samples.values.size() / synapses_),
        weights_(size_ * lanes),
        fates_(count) {
    for (std::size_t i = 0; i < size_; ++i) {
      std::fill_n(weights_.begin() + static_cast<std::ptrdiff_t>(i * lanes), lanes,
                  static_cast<T>(trial.initial_weights[i]));
    }
  }

  [[nodiscard]] std::size_t steps() const { return steps_; }
  [[nodiscard]] std::size_t lanes() const { return lanes_; }
  [[nodiscard]] const std::vector<Fate>& fates() const { return fates_; }
  [[nodiscard]] bool well(std::size_t lane) const { return fates_[lane].outcome == task::Outcome::finished; }

  /// run(inputs, steps, weights) takes the weights from here to step `end`.
  template <class Run>
  void advance_to(std::size_t end, Run run) {
    run(inputs_ + step_ * synapses_, end - step_, weights_.data());
    step_ = end;
  }

  [[nodiscard]] std::vector<double> weights_of(std::size_t lane) const {
    std::vector<double> weights(size_);
    for (std::size_t i = 0; i < size_; ++i) weights[i] = static_cast<double>(weights_[i * lanes_ + lane]);
    return weights;
  }

  /// Marks the lanes that are still well: the block has taken too long.
  void time_out() {
    for (Fate& each : fates_) {
      if (each.outcome == task::Outcome::finished) each.outcome = task::Outcome::timed_out;
    }
  }

  /// Marks the lanes that have failed by now; true while any candidate is still well.
  bool look() {
    std::vector<T> squares(lanes_, T(0));
    for (std::size_t i = 0; i < size_; ++i) {
      const T* const row = weights_.data() + i * lanes_;
      for (std::size_t lane = 0; lane < lanes_; ++lane) squares[lane] += row[lane] * row[lane];
    }
    bool any_well = false;
    for (std::size_t lane = 0; lane < fates_.size(); ++lane) {
      Fate& fate = fates_[lane];
      if (fate.outcome != task::Outcome::finished) continue;
      if (static_cast<double>(squares[lane]) <= largest_square) {
        any_well = true;
        fate.survived = static_cast<double>(step_) / static_cast<double>(steps_);
        continue;
      }
      const std::vector<double> weights = weights_of(lane);
      const bool finite = std::all_of(weights.begin(), weights.end(), [](double w) { return std::isfinite(w); });
      fate.outcome = finite ? task::Outcome::blown_up : task::Outcome::not_finite;
    }
    return any_well;
  }

 private:
  const T* inputs_of(const task::Trial& trial) {
    if constexpr (std::is_same_v<T, float>) {
      return trial.samples.values.data();
    } else {
      widened_.assign(trial.samples.values.begin(), trial.samples.values.end());
      return widened_.data();
    }
  }

  base::AlignedVector<T> widened_;  // the inputs, where T is not float
  const T* inputs_;
  std::size_t synapses_;
  std::size_t size_;
  std::size_t lanes_;
  std::size_t steps_;
  std::size_t step_ = 0;
  base::AlignedVector<T> weights_;  // [weight][lane]
  std::vector<Fate> fates_;         // [candidate]
};

/// The losses of a block of candidates in one trial: the mean over the points at which the loss looks.
class Scores {
 public:
  Scores(const task::Loss& loss, std::size_t count) : loss_(loss), sums_(count, 0.0) {}

  [[nodiscard]] std::vector<std::size_t> look_steps(std::size_t steps, const network::RateNetwork& network) const {
    return network::look_steps(steps, loss_.points() > 1 ? loss_.points() : looks, network);
  }
  /// Whether the loss looks at step `end` of a lifetime.
  [[nodiscard]] bool wanted(std::size_t end, std::size_t steps) const { return loss_.points() > 1 || end == steps; }

  /// The next point that the loss wants.
  template <class T>
  void add(const Lifetime<T>& lifetime, const task::Trial& trial) {
    for (std::size_t lane = 0; lane < sums_.size(); ++lane) {
      if (!lifetime.well(lane)) continue;
      sums_[lane] += loss_.score({.trial = trial, .weights = lifetime.weights_of(lane), .point = points_});
    }
    ++points_;
  }
  [[nodiscard]] std::size_t points() const { return points_; }

  /// Writes losses and outcomes of the candidates, the first of which is number `first`.
  template <class T>
  void finish(const Lifetime<T>& lifetime, std::size_t first, std::size_t trial_position, Evaluation& result) const {
    for (std::size_t lane = 0; lane < sums_.size(); ++lane) {
      const std::size_t place = (first + lane) * result.trials + trial_position;
      const Fate& fate = lifetime.fates()[lane];
      result.outcomes[place] = fate.outcome;
      result.losses[place] =
          lifetime.well(lane) ? sums_[lane] / static_cast<double>(points_) : loss_.worst() * (2 - fate.survived);
    }
  }

 private:
  const task::Loss& loss_;
  std::vector<double> sums_;  // [candidate]
  std::size_t points_ = 0;
};

}  // namespace carve::evaluate
