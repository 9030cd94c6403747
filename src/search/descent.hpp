// Steps along a gradient, exact or not: Adam or plain descent with momentum, clipping, the proximal step of an L1
// penalty, bounds. The searches that know a gradient differ only in where they get it from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "carve/search/optimiser.hpp"
#include "carve/search/stopping.hpp"

namespace carve::search {

enum class Direction { adam, sgd };

/// What a user may set for either; names and ranges are in descent_fields.
struct DescentOptions {
  Direction optimiser = Direction::adam;
  double learning_rate = 0.01;
  double half_life = 0;   ///< generations in which the rate halves; 0: it stays
  double momentum = 0.9;  ///< of sgd
  double beta_1 = 0.9;    ///< of Adam
  double beta_2 = 0.999;
  double epsilon = 1e-8;
  double clip = 1;  ///< longer gradients are scaled to this length; 0: none is
  double tolerance_step = 1e-12;
};

/// Everything that changes; plain data.
struct DescentState {
  std::uint64_t generations = 0;
  std::uint64_t evaluations = 0;
  std::uint64_t failures = 0;  ///< generations without a finite gradient, in a row
  std::uint64_t quiet = 0;     ///< steps below the tolerance, in a row
  double rate = 1;             ///< what the half-life has left of the learning rate
  double forgotten_1 = 1;      ///< beta_1^t: what is left of the first average's start
  double forgotten_2 = 1;
  double loss = std::numeric_limits<double>::infinity();  ///< at the last position, the penalty included
  std::vector<double> position;
  std::vector<double> sound;   ///< the last position where loss and gradient were finite; the initial one before
  std::vector<double> first;   ///< average of the gradients (Adam's m, or the momentum)
  std::vector<double> second;  ///< average of their squares (Adam's v)
  Stop stopped = Stop::none;
};

[[nodiscard]] DescentState start_descent(const Problem& problem);

/// Ends a generation in which loss and gradient were measured at the position; the gradient is the loss's without its
/// L1 penalty. Works in units of each coordinate's scale s: with g the gradient times s, and d = rate for sgd,
/// d = rate / (sqrt(v) + epsilon) for Adam (Kingma & Ba 2015, Algorithm 1, bias corrections in m and v),
///   x <- clamp(soft(x - s d m, s d l1 s)),  soft(x, t) = sign(x) max(|x| - t, 0),
/// the proximal step of the penalty in the metric of d (Parikh & Boyd 2014, section 6.5.2). Where anything is not
/// finite the momentum is dropped and the position goes half the way back to where all was.
void descend(const DescentOptions& options, const Problem& problem, DescentState& state, double loss,
             std::span<const double> gradient);

/// A search that descends; those derived ask and measure.
class Descent : public Optimiser {
 public:
  [[nodiscard]] std::vector<double> best_guess() const override;
  [[nodiscard]] Progress progress() const override;
  [[nodiscard]] std::string save() const override;
  [[nodiscard]] bool load(std::string_view bytes) override;

 protected:
  Descent(const DescentOptions& options, const Problem& problem, std::uint64_t owner);

  [[nodiscard]] const Problem& problem() const { return problem_; }
  [[nodiscard]] const std::vector<double>& position() const { return state_.position; }
  /// Ends a generation of so many evaluations.
  void move(double loss, std::span<const double> gradient, std::size_t evaluations);
  /// Standing still is no reason to stop this time: the next gradient is measured otherwise.
  void stay_awake() { state_.quiet = 0; }

 private:
  DescentOptions options_;
  Problem problem_;
  std::uint64_t owner_;
  DescentState state_;
};

/// The fields of DescentOptions, for a schema of options derived from them.
template <class Options>
std::vector<base::Field<Options>> descent_fields() {
  using base::choice, base::field;
  const auto number = [](double DescentOptions::*member, std::string name, std::string brief, base::Range range) {
    return field<Options, double>(member, std::move(name), std::move(brief), range);
  };
  constexpr base::Range below_1{.lower = 0, .upper = 1, .upper_open = true};
  return {
      choice<Options, Direction>(&DescentOptions::optimiser, "optimiser",
                                 "direction of the steps: Adam, or the gradient itself with momentum (sgd)",
                                 {{"adam", Direction::adam}, {"sgd", Direction::sgd}}),
      number(&DescentOptions::learning_rate, "learning_rate",
             "size of the steps: Adam's first ones have this length "
             "along each coordinate, those of sgd this times the gradient",
             base::positive),
      number(&DescentOptions::half_life, "half_life", "generations in which the learning rate halves; 0: it stays",
             base::not_negative),
      number(&DescentOptions::momentum, "momentum", "of sgd: share of the average gradient that each step keeps",
             below_1),
      number(&DescentOptions::beta_1, "beta_1", "of Adam: share of the average gradient that each step keeps", below_1),
      number(&DescentOptions::beta_2, "beta_2", "of Adam: the same of the average of its squares", below_1),
      number(&DescentOptions::epsilon, "epsilon", "of Adam: added to the root of that average", base::positive),
      number(&DescentOptions::clip, "clip", "longer gradients are scaled to this length; 0: none is",
             base::not_negative),
      number(&DescentOptions::tolerance_step, "tolerance_step",
             "the search ends when ten steps in a row move no coordinate further; 0: never", base::not_negative),
  };
}

}  // namespace carve::search
