// One synapse whose rule acts at given events, its formulas compiled: protocols show it many thousands of spikes.
#pragma once

#include <vector>

#include "carve/rule/found_rule.hpp"

namespace carve::predictions {

/// A weight and the traces of both sides; all traces are 0 at time 0.
/// Precondition: a rule between spiking neurons that reads no state of theirs.
class Synapse {
 public:
  Synapse(const rule::Rule& rule, double w);

  /// Lets traces decay to `time` (s, not before the last one).
  void go_to(double time);
  /// What a spike of that side would do to the weight now.
  [[nodiscard]] double change(rule::Side side);
  /// A spike of that side makes its traces jump.
  void jump(rule::Side side);

  [[nodiscard]] double weight() const { return values_.front(); }
  void set_weight(double w) { values_.front() = w; }

 private:
  struct Trace {
    rule::Side side;
    double tau;
  };
  std::vector<Trace> traces_;
  rule::Program<double> programs_[2];  // of each side
  std::vector<double> values_;         // w, then the traces
  std::vector<double> registers_[2];
  double now_ = 0;
};

}  // namespace carve::predictions
