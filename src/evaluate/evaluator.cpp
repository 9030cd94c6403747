#include "carve/evaluate/evaluator.hpp"

#include <algorithm>
#include <cmath>

#include "carve/network/rate_simulator.hpp"

namespace carve::evaluate {
namespace {

/// A lifetime is looked at this many times, so that a candidate that fails is graded by how long it lasted, and a block
/// in which all have failed ends early.
constexpr std::size_t looks = 8;
/// Squared length of the weights beyond which a candidate counts as blown up.
constexpr double largest_square = 1e6;

/// How a lane has fared so far.
struct Fate {
  task::Outcome outcome = task::Outcome::finished;
  double survived = 0;  // share of the lifetime at the last look at which it was well
};

}  // namespace

double Evaluation::mean(std::size_t candidate, std::size_t first, std::size_t stride) const {
  const std::span<const double> all = of(candidate);
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t trial = first; trial < trials; trial += stride, ++count) sum += all[trial];
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

task::Outcome Evaluation::outcome(std::size_t candidate) const {
  const auto begin = outcomes.begin() + static_cast<std::ptrdiff_t>(candidate * trials);
  return trials == 0 ? task::Outcome::finished : *std::max_element(begin, begin + static_cast<std::ptrdiff_t>(trials));
}

task::OutcomeCounts Evaluation::counts() const {
  task::OutcomeCounts counts{};
  for (std::size_t i = 0; i < candidates; ++i) ++counts[static_cast<std::size_t>(outcome(i))];
  return counts;
}

class Evaluator::Implementation {
 public:
  Implementation() = default;
  virtual ~Implementation() = default;
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  virtual Evaluation evaluate(std::span<const std::vector<double>> candidates, std::span<const task::Trial> trials,
                              const Workers& workers) const = 0;
  virtual std::vector<Snapshot> trace(const std::vector<double>& candidate, const task::Trial& trial,
                                      std::size_t snapshots) const = 0;
};

namespace {

/// Everything in one precision.
template <class T>
class Typed final : public Evaluator::Implementation {
 public:
  Typed(const network::RateNetwork& network, const rule::RuleSet& rules, const task::Loss& loss)
      : network_(network), simulator_(network, rules.rules), loss_(loss) {}

  Evaluation evaluate(std::span<const std::vector<double>> candidates, std::span<const task::Trial> trials,
                      const Workers& workers) const override {
    Evaluation result{.candidates = candidates.size(), .trials = trials.size()};
    result.losses.resize(candidates.size() * trials.size());
    result.outcomes.resize(candidates.size() * trials.size());
    const auto blocks = simulator_.prepare(candidates);
    // Trials outside, blocks inside: neighbours in time share the trial's inputs in the cache.
    workers.each(trials.size() * blocks.size(), [&](std::size_t item) {
      live(blocks[item % blocks.size()], trials[item / blocks.size()], item / blocks.size(), result);
    });
    return result;
  }

  std::vector<Snapshot> trace(const std::vector<double>& candidate, const task::Trial& trial,
                              std::size_t snapshots) const override {
    const auto blocks = simulator_.prepare(std::span(&candidate, 1));
    Lifetime lifetime(*this, blocks.front(), trial);
    std::vector<Snapshot> path{{0, lifetime.weights_of(0)}};
    for (const std::size_t end : network::look_steps(lifetime.steps(), snapshots - 1, network_)) {
      lifetime.advance_to(end);
      path.push_back({end, lifetime.weights_of(0)});
    }
    return path;
  }

 private:
  using Block = network::CandidateBlock<T>;

  /// A block of candidates on its way through one trial.
  class Lifetime {
   public:
    Lifetime(const Typed& owner, const Block& block, const task::Trial& trial)
        : owner_(owner),
          block_(block),
          inputs_(inputs_of(trial)),
          size_(owner.network_.weight_count()),
          weights_(size_ * block.lanes),
          scratch_(owner.simulator_.scratch_size(block.lanes)) {
      steps_ = trial.samples.values.size() / static_cast<std::size_t>(owner.network_.inputs);
      for (std::size_t i = 0; i < size_; ++i) {
        std::fill_n(weights_.begin() + static_cast<std::ptrdiff_t>(i * block.lanes), block.lanes,
                    static_cast<T>(trial.initial_weights[i]));
      }
    }

    [[nodiscard]] std::size_t steps() const { return steps_; }

    void advance_to(std::size_t end) {
      owner_.simulator_.run(block_, inputs_ + step_ * static_cast<std::size_t>(owner_.network_.inputs), end - step_,
                            weights_.data(), scratch_.data());
      step_ = end;
    }

    [[nodiscard]] std::vector<double> weights_of(std::size_t lane) const {
      std::vector<double> weights(size_);
      for (std::size_t i = 0; i < size_; ++i) weights[i] = static_cast<double>(weights_[i * block_.lanes + lane]);
      return weights;
    }

    /// Marks the lanes that have failed by now; true while any candidate is still well.
    bool look(std::vector<Fate>& fates) const {
      std::vector<T> squares(block_.lanes, T(0));
      for (std::size_t i = 0; i < size_; ++i) {
        const T* const row = weights_.data() + i * block_.lanes;
        for (std::size_t lane = 0; lane < block_.lanes; ++lane) squares[lane] += row[lane] * row[lane];
      }
      bool any_well = false;
      for (std::size_t lane = 0; lane < block_.count; ++lane) {
        Fate& fate = fates[lane];
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

    const Typed& owner_;
    const Block& block_;
    base::AlignedVector<T> widened_;  // the inputs, where T is not float
    const T* inputs_;
    std::size_t size_;
    base::AlignedVector<T> weights_;  // [weight][lane]
    base::AlignedVector<T> scratch_;
    std::size_t steps_ = 0;
    std::size_t step_ = 0;
  };

  void live(const Block& block, const task::Trial& trial, std::size_t trial_position, Evaluation& result) const {
    Lifetime lifetime(*this, block, trial);
    std::vector<Fate> fates(block.count);
    const std::size_t points = loss_.points();
    std::vector<double> scores(block.count, 0.0);  // summed over the points at which the loss looks
    std::size_t point = 0;
    for (const std::size_t end : network::look_steps(lifetime.steps(), points > 1 ? points : looks, network_)) {
      lifetime.advance_to(end);
      if (!lifetime.look(fates)) break;
      if (points == 1 && end < lifetime.steps()) continue;
      for (std::size_t lane = 0; lane < block.count; ++lane) {
        if (fates[lane].outcome == task::Outcome::finished)
          scores[lane] += loss_.score({.trial = trial, .weights = lifetime.weights_of(lane), .point = point});
      }
      ++point;
    }
    for (std::size_t lane = 0; lane < block.count; ++lane) {
      const std::size_t place = (block.first + lane) * result.trials + trial_position;
      result.outcomes[place] = fates[lane].outcome;
      result.losses[place] = fates[lane].outcome == task::Outcome::finished
                                 ? scores[lane] / static_cast<double>(point)
                                 : loss_.worst() * (2 - fates[lane].survived);
    }
  }

  network::RateNetwork network_;
  network::RateSimulator<T> simulator_;
  const task::Loss& loss_;
};

}  // namespace

Evaluator::Evaluator(const network::RateNetwork& network, const rule::RuleSet& rules, const task::Loss& loss) {
  if (network.double_precision) implementation_ = std::make_unique<Typed<double>>(network, rules, loss);
  else implementation_ = std::make_unique<Typed<float>>(network, rules, loss);
}

Evaluator::~Evaluator() = default;

Evaluation Evaluator::evaluate(std::span<const std::vector<double>> candidates, std::span<const task::Trial> trials,
                               const Workers& workers) const {
  return implementation_->evaluate(candidates, trials, workers);
}

std::vector<Snapshot> Evaluator::trace(const std::vector<double>& candidate, const task::Trial& trial,
                                       std::size_t snapshots) const {
  return implementation_->trace(candidate, trial, snapshots);
}

std::vector<task::Trial> make_trials(const task::TrialSource& source, task::Split split, std::uint32_t first,
                                     std::size_t count, const Workers& workers) {
  std::vector<task::Trial> trials(count);
  workers.each(count, [&](std::size_t i) {
    trials[i] = task::make_trial(source, split, first + static_cast<std::uint32_t>(i));
  });
  return trials;
}

}  // namespace carve::evaluate
