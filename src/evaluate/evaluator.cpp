#include "carve/evaluate/evaluator.hpp"

#include <algorithm>
#include <cmath>

#include "carve/evaluate/lifetime.hpp"
#include "carve/network/rate_simulator.hpp"

namespace carve::evaluate {
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
    Lifetime<T> lifetime(network_, blocks.front().lanes, blocks.front().count, trial);
    base::AlignedVector<T> scratch(simulator_.scratch_size(blocks.front().lanes));
    std::vector<Snapshot> path{{0, lifetime.weights_of(0)}};
    for (const std::size_t end : network::look_steps(lifetime.steps(), snapshots - 1, network_)) {
      advance(lifetime, blocks.front(), end, scratch);
      path.push_back({end, lifetime.weights_of(0)});
    }
    return path;
  }

 private:
  using Block = network::CandidateBlock<T>;

  void advance(Lifetime<T>& lifetime, const Block& block, std::size_t end, base::AlignedVector<T>& scratch) const {
    lifetime.advance_to(end, [&](const T* inputs, std::size_t steps, T* weights) {
      simulator_.run(block, inputs, steps, weights, scratch.data());
    });
  }

  void live(const Block& block, const task::Trial& trial, std::size_t trial_position, Evaluation& result) const {
    Lifetime<T> lifetime(network_, block.lanes, block.count, trial);
    base::AlignedVector<T> scratch(simulator_.scratch_size(block.lanes));
    Scores scores(loss_, block.count);
    for (const std::size_t end : scores.look_steps(lifetime.steps(), network_)) {
      advance(lifetime, block, end, scratch);
      if (!lifetime.look()) break;
      if (!scores.wanted(end, lifetime.steps())) continue;
      scores.add(lifetime, trial);
    }
    scores.finish(lifetime, block.first, trial_position, result);
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
