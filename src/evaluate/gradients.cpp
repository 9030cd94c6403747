#include "carve/evaluate/gradients.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <utility>

#include "carve/evaluate/lifetime.hpp"
#include "carve/evaluate/lifetime_guard.hpp"
#include "carve/network/gradient.hpp"
#include "carve/rule/rule_derivatives.hpp"

namespace carve::evaluate {

namespace {
/// Larger shares of failed trials leave a candidate without slopes: a cliff is near, of which the others know nothing.
constexpr double most_failures = 0.1;
}  // namespace

class GradientEvaluator::Implementation {
 public:
  Implementation() = default;
  virtual ~Implementation() = default;
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  virtual Gradients evaluate(std::span<const std::vector<double>> candidates, const Trials& trials,
                             const Workers& workers) const = 0;
};

namespace {

/// Tapes that are not in use: as many as threads work at once, each kept from lifetime to lifetime.
template <class T>
class Tapes {
 public:
  using Tape = network::GradientTape<T>;

  std::unique_ptr<Tape> take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return std::make_unique<Tape>();
    std::unique_ptr<Tape> tape = std::move(free_.back());
    free_.pop_back();
    return tape;
  }
  void give_back(std::unique_ptr<Tape> tape) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(tape));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Tape>> free_;
};

/// Everything in one precision.
template <class T>
class Typed final : public GradientEvaluator::Implementation {
 public:
  Typed(const network::RateNetwork& network, const rule::RuleSet& rules, const task::Loss& loss)
      : network_(network),
        rules_(rules),
        dimension_(rule::search_coordinates(rules).parameters.size()),
        gradient_(network, rules.rules),
        loss_(loss) {}

  Gradients evaluate(std::span<const std::vector<double>> candidates, const Trials& trials,
                     const Workers& workers) const override {
    Gradients result{.evaluation = room_for(candidates.size(), trials.size()), .dimension = dimension_};
    const auto blocks = gradient_.prepare(candidates);
    // [candidate][trial][coordinate]
    std::vector<double> slopes(candidates.size() * trials.size() * dimension_,
                               std::numeric_limits<double>::quiet_NaN());
    Tapes<T> tapes;
    std::size_t widest = 0;
    for (const Block& each : blocks) widest = std::max(widest, each.candidates.count);
    // Loss, outcome and slopes of each of a block's candidates, which then go to their places on every rank.
    const std::size_t each = 2 + dimension_;
    const auto places = [&](std::size_t piece, const auto& use) {
      const Block& block = blocks[piece % blocks.size()];
      for (std::size_t lane = 0; lane < block.candidates.count; ++lane)
        use(lane * each, (block.candidates.first + lane) * trials.size() + piece / blocks.size());
    };
    Evaluation& judged = result.evaluation;
    const std::vector<double> all = workers.share(
        trials.size() * blocks.size(), blocks.size(), widest * each, [&](std::size_t piece, std::span<double> mine) {
          auto tape = tapes.take();
          const std::size_t trial = piece / blocks.size();
          live(candidates, blocks[piece % blocks.size()], trials[trial], trial, LifetimeGuard(trials[trial], workers),
               *tape, judged, slopes);
          tapes.give_back(std::move(tape));
          places(piece, [&](std::size_t at, std::size_t place) {
            mine[at] = judged.losses[place];
            mine[at + 1] = static_cast<double>(judged.outcomes[place]);
            std::copy_n(slopes.data() + place * dimension_, dimension_, mine.data() + at + 2);
          });
        });
    for (std::size_t piece = 0; piece < trials.size() * blocks.size(); ++piece) {
      places(piece, [&](std::size_t at, std::size_t place) {
        const double* const from = all.data() + piece * widest * each + at;
        judged.losses[place] = from[0];
        judged.outcomes[place] = static_cast<task::Outcome>(from[1]);
        std::copy_n(from + 2, dimension_, slopes.data() + place * dimension_);
      });
    }
    result.slopes.assign(candidates.size() * dimension_, 0.0);
    for (std::size_t candidate = 0; candidate < candidates.size(); ++candidate) {
      const std::span<double> mean = std::span(result.slopes).subspan(candidate * dimension_, dimension_);
      std::size_t sound = 0;
      for (std::size_t trial = 0; trial < trials.size(); ++trial) {
        const double* const own = slopes.data() + (candidate * trials.size() + trial) * dimension_;
        if (!std::all_of(own, own + dimension_, [](double slope) { return std::isfinite(slope); })) continue;
        ++sound;
        for (std::size_t i = 0; i < dimension_; ++i) mean[i] += own[i];
      }
      const bool enough =
          static_cast<double>(trials.size() - sound) <= most_failures * static_cast<double>(trials.size());
      for (double& slope : mean) {
        slope = enough ? slope / static_cast<double>(trials.size()) : std::numeric_limits<double>::quiet_NaN();
      }
    }
    return result;
  }

 private:
  using Block = network::GradientBlock<T>;

  void live(std::span<const std::vector<double>> candidates, const Block& block, const task::Trial& trial,
            std::size_t trial_position, const LifetimeGuard& guard, network::GradientTape<T>& tape, Evaluation& result,
            std::vector<double>& slopes) const {
    const std::size_t first = block.candidates.first, count = block.candidates.count;
    Lifetime<T> lifetime(network_, block.candidates.lanes, count, trial);
    Scores scores(loss_, count);
    std::vector<base::AlignedVector<T>> by_weights;  // at the end of each stretch, [weight][lane]; empty for nothing
    bool any_well = true;
    for (const std::size_t end : scores.look_steps(lifetime.steps(), network_)) {
      lifetime.advance_to(end, [&](const T* inputs, std::size_t steps, T* weights) {
        gradient_.forward(block, inputs, steps, weights, tape);
      });
      by_weights.emplace_back();
      any_well = lifetime.look();
      if (any_well && end < lifetime.steps() && guard.timed_out()) {
        lifetime.time_out();
        any_well = false;
      }
      if (!any_well) break;
      if (!scores.wanted(end, lifetime.steps())) continue;
      by_weights.back() = slopes_of(lifetime, trial, scores.points());
      scores.add(lifetime, trial);
    }
    scores.finish(lifetime, first, trial_position, result);
    if (!any_well) {
      tape.forget();
      return;
    }
    go_back(block, by_weights, scores.points(), tape);
    for (std::size_t lane = 0; lane < count; ++lane) {
      if (!lifetime.well(lane)) continue;
      const std::vector<double>& values = candidates[first + lane];
      const auto own = rule::search_gradient(rules_, values, gradient_.by_parameters(block, lane, values, tape));
      const std::size_t place = ((first + lane) * result.trials + trial_position) * dimension_;
      std::copy(own.begin(), own.end(), slopes.begin() + static_cast<std::ptrdiff_t>(place));
    }
  }

  /// The loss's derivatives by the weights as they are now, [weight][lane].
  [[nodiscard]] base::AlignedVector<T> slopes_of(const Lifetime<T>& lifetime, const task::Trial& trial,
                                                 std::size_t point) const {
    const std::size_t lanes = lifetime.lanes();
    base::AlignedVector<T> all(network_.weight_count() * lanes, T(0));
    for (std::size_t lane = 0; lane < lifetime.fates().size(); ++lane) {
      if (!lifetime.well(lane)) continue;
      const std::vector<double> own =
          loss_.gradient({.trial = trial, .weights = lifetime.weights_of(lane), .point = point});
      for (std::size_t i = 0; i < own.size(); ++i) all[i * lanes + lane] = static_cast<T>(own[i]);
    }
    return all;
  }

  void go_back(const Block& block, const std::vector<base::AlignedVector<T>>& by_weights, std::size_t points,
               network::GradientTape<T>& tape) const {
    base::AlignedVector<T> lambda(network_.weight_count() * block.candidates.lanes, T(0));
    const T share = T(1) / static_cast<T>(points);
    for (std::size_t stretch = by_weights.size(); stretch-- > 0;) {
      for (std::size_t i = 0; i < by_weights[stretch].size(); ++i) lambda[i] += by_weights[stretch][i] * share;
      gradient_.backward(block, lambda.data(), tape);
    }
  }

  network::RateNetwork network_;
  rule::RuleSet rules_;
  std::size_t dimension_;
  network::RateGradient<T> gradient_;
  const task::Loss& loss_;
};

}  // namespace

GradientEvaluator::GradientEvaluator(const network::RateNetwork& network, const rule::RuleSet& rules,
                                     const task::Loss& loss) {
  if (network.double_precision) implementation_ = std::make_unique<Typed<double>>(network, rules, loss);
  else implementation_ = std::make_unique<Typed<float>>(network, rules, loss);
}

GradientEvaluator::~GradientEvaluator() = default;

Gradients GradientEvaluator::evaluate(std::span<const std::vector<double>> candidates, const Trials& trials,
                                      const Workers& workers) const {
  return implementation_->evaluate(candidates, trials, workers);
}

}  // namespace carve::evaluate
