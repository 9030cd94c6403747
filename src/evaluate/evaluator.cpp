#include "carve/evaluate/evaluator.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <tuple>

#include "carve/evaluate/lifetime.hpp"
#include "carve/evaluate/lifetime_guard.hpp"
#include "carve/evaluate/recurrent_evaluator.hpp"
#include "carve/evaluate/spiking_evaluator.hpp"
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

Evaluation room_for(std::size_t candidates, std::size_t trials) {
  const std::size_t count = candidates * trials;
  return {candidates, trials, std::vector<double>(count), std::vector<task::Outcome>(count)};
}

void share(const Workers& workers, Evaluation& result, const std::vector<Candidates>& blocks,
           const std::function<void(std::size_t, std::size_t)>& live) {
  // What a candidate's place holds, as bytes: its loss, then its outcome.
  constexpr std::size_t width = sizeof(double) + 1;
  const auto each_place = [&](std::size_t piece, const auto& use) {
    const Candidates& block = blocks[piece % blocks.size()];
    for (std::size_t i = 0; i < block.count; ++i)
      use(i * width, (block.first + i) * result.trials + piece / blocks.size());
  };
  workers.share({.count = result.trials * blocks.size(),
                 .group = blocks.size(),
                 .work = [&](std::size_t piece) { live(piece % blocks.size(), piece / blocks.size()); },
                 .pack =
                     [&](std::size_t piece) {
                       std::string bytes(blocks[piece % blocks.size()].count * width, '\0');
                       each_place(piece, [&](std::size_t at, std::size_t place) {
                         std::memcpy(bytes.data() + at, &result.losses[place], sizeof(double));
                         bytes[at + sizeof(double)] = static_cast<char>(result.outcomes[place]);
                       });
                       return bytes;
                     },
                 .unpack =
                     [&](std::size_t piece, std::string_view bytes) {
                       each_place(piece, [&](std::size_t at, std::size_t place) {
                         std::memcpy(&result.losses[place], bytes.data() + at, sizeof(double));
                         result.outcomes[place] = static_cast<task::Outcome>(bytes[at + sizeof(double)]);
                       });
                     }});
}

class Evaluator::Implementation {
 public:
  Implementation() = default;
  virtual ~Implementation() = default;
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  virtual Evaluation evaluate(std::span<const std::vector<double>> candidates, const Trials& trials,
                              const Workers& workers) const = 0;
  virtual std::vector<Snapshot> trace(const std::vector<double>&, const task::Trial&, std::size_t) const { return {}; }
  virtual std::vector<network::SpikingLife> live(std::span<const std::vector<double>>, const task::Trial&,
                                                 const Workers&, bool) const {
    return {};
  }
};

namespace {

template <class Block>
std::vector<Candidates> places_of(const std::vector<Block>& blocks) {
  std::vector<Candidates> places;
  for (const Block& each : blocks) places.push_back({each.first, each.count});
  return places;
}

/// Everything in one precision.
template <class T>
class Typed final : public Evaluator::Implementation {
 public:
  Typed(const network::RateNetwork& network, const rule::RuleSet& rules, const task::Loss& loss)
      : network_(network), simulator_(network, rules.rules), loss_(loss) {}

  Evaluation evaluate(std::span<const std::vector<double>> candidates, const Trials& trials,
                      const Workers& workers) const override {
    Evaluation result = room_for(candidates.size(), trials.size());
    const auto blocks = simulator_.prepare(candidates);
    share(workers, result, places_of(blocks),
          [&](std::size_t block, std::size_t trial) { live(blocks[block], trials[trial], trial, workers, result); });
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

  void live(const Block& block, const task::Trial& trial, std::size_t trial_position, const Workers& workers,
            Evaluation& result) const {
    const LifetimeGuard guard(trial, workers);
    Lifetime<T> lifetime(network_, block.lanes, block.count, trial);
    base::AlignedVector<T> scratch(simulator_.scratch_size(block.lanes));
    Scores scores(loss_, block.count);
    for (const std::size_t end : scores.look_steps(lifetime.steps(), network_)) {
      advance(lifetime, block, end, scratch);
      if (!lifetime.look()) break;
      if (end < lifetime.steps() && guard.timed_out()) {
        lifetime.time_out();
        break;
      }
      if (!scores.wanted(end, lifetime.steps())) continue;
      scores.add(lifetime, trial);
    }
    scores.finish(lifetime, block.first, trial_position, result);
  }

  network::RateNetwork network_;
  network::RateSimulator<T> simulator_;
  const task::Loss& loss_;
};

/// A baseline's lifetimes.
class Known final : public Evaluator::Implementation {
 public:
  Known(const network::RateNetwork& network, const network::Baseline& baseline, const task::Loss& loss)
      : network_(network), baseline_(baseline), loss_(loss) {}

  Evaluation evaluate(std::span<const std::vector<double>> candidates, const Trials& trials,
                      const Workers& workers) const override {
    Evaluation result = room_for(candidates.size(), trials.size());
    std::vector<double> rates;
    for (const std::vector<double>& each : candidates) rates.push_back(each.front());
    share(workers, result, {{0, rates.size()}}, [&](std::size_t, std::size_t t) {
      const auto path = learn(trials[t], rates, loss_.points() > 1 ? loss_.points() : looks);
      for (std::size_t candidate = 0; candidate < rates.size(); ++candidate) {
        const std::size_t place = candidate * trials.size() + t;
        std::tie(result.outcomes[place], result.losses[place]) = judge(path, candidate, trials[t]);
      }
    });
    return result;
  }

  std::vector<Snapshot> trace(const std::vector<double>& candidate, const task::Trial& trial,
                              std::size_t snapshots) const override {
    const std::vector<std::size_t> ends = network::look_steps(steps_of(trial), snapshots - 1, network_);
    std::vector<Snapshot> path{{0, {trial.initial_weights.begin(), trial.initial_weights.end()}}};
    const Path learned = learn(trial, std::span(candidate).first(1), snapshots - 1);
    for (std::size_t i = 0; i < ends.size(); ++i) path.push_back({ends[i], learned[i].front()});
    return path;
  }

 private:
  using Path = std::vector<std::vector<std::vector<double>>>;  // [end][candidate][weight]

  [[nodiscard]] std::size_t steps_of(const task::Trial& trial) const {
    return trial.samples.values.size() / static_cast<std::size_t>(network_.inputs);
  }

  [[nodiscard]] Path learn(const task::Trial& trial, std::span<const double> rates, std::size_t points) const {
    return baseline_.learn({trial.samples.values, trial.initial_weights, rates},
                           network::look_steps(steps_of(trial), points, network_));
  }

  [[nodiscard]] std::pair<task::Outcome, double> judge(const Path& path, std::size_t candidate,
                                                       const task::Trial& trial) const {
    double score = 0;
    for (std::size_t point = 0; point < path.size(); ++point) {
      const std::vector<double>& weights = path[point][candidate];
      const double square = std::inner_product(weights.begin(), weights.end(), weights.begin(), 0.0);
      if (!(square <= largest_square)) {
        const double survived = static_cast<double>(point) / static_cast<double>(path.size());
        return {std::isfinite(square) ? task::Outcome::blown_up : task::Outcome::not_finite,
                loss_.worst() * (2 - survived)};
      }
      if (loss_.points() > 1) score += loss_.score({.trial = trial, .weights = weights, .point = point});
    }
    if (loss_.points() > 1) return {task::Outcome::finished, score / static_cast<double>(path.size())};
    return {task::Outcome::finished, loss_.score({.trial = trial, .weights = path.back()[candidate]})};
  }

  network::RateNetwork network_;
  const network::Baseline& baseline_;
  const task::Loss& loss_;
};

/// A spiking neuron's lifetimes.
class Spiking final : public Evaluator::Implementation {
 public:
  Spiking(const task::SpikingTask& task, const rule::RuleSet& rules) : evaluator_(task, rules) {}

  Evaluation evaluate(std::span<const std::vector<double>> candidates, const Trials& trials,
                      const Workers& workers) const override {
    return evaluator_.evaluate(candidates, trials, workers);
  }
  std::vector<network::SpikingLife> live(std::span<const std::vector<double>> candidates, const task::Trial& trial,
                                         const Workers& workers, bool to_the_end) const override {
    return evaluator_.live(candidates, trial, workers, to_the_end);
  }

 private:
  SpikingEvaluator evaluator_;
};

/// A recurrent network's lifetimes.
class Recurrent final : public Evaluator::Implementation {
 public:
  Recurrent(const task::RecurrentTask& task, const rule::RuleSet& rules) : evaluator_(task, rules) {}

  Evaluation evaluate(std::span<const std::vector<double>> candidates, const Trials& trials,
                      const Workers& workers) const override {
    return evaluator_.evaluate(candidates, trials, workers);
  }

 private:
  RecurrentEvaluator evaluator_;
};

}  // namespace

Evaluator::Evaluator(const network::RateNetwork& network, const rule::RuleSet& rules, const task::Loss& loss) {
  if (network.double_precision) implementation_ = std::make_unique<Typed<double>>(network, rules, loss);
  else implementation_ = std::make_unique<Typed<float>>(network, rules, loss);
}

Evaluator::Evaluator(const network::RateNetwork& network, const network::Baseline& baseline, const task::Loss& loss)
    : implementation_(std::make_unique<Known>(network, baseline, loss)) {}

Evaluator::Evaluator(const task::SpikingTask& task, const rule::RuleSet& rules)
    : implementation_(std::make_unique<Spiking>(task, rules)) {}

Evaluator::Evaluator(const task::RecurrentTask& task, const rule::RuleSet& rules)
    : implementation_(std::make_unique<Recurrent>(task, rules)) {}

Evaluator::~Evaluator() = default;

Evaluation Evaluator::evaluate(std::span<const std::vector<double>> candidates, const Trials& trials,
                               const Workers& workers) const {
  return implementation_->evaluate(candidates, trials, workers);
}

std::vector<Snapshot> Evaluator::trace(const std::vector<double>& candidate, const task::Trial& trial,
                                       std::size_t snapshots) const {
  return implementation_->trace(candidate, trial, snapshots);
}

std::vector<network::SpikingLife> Evaluator::live(std::span<const std::vector<double>> candidates,
                                                  const task::Trial& trial, const Workers& workers,
                                                  bool to_the_end) const {
  return implementation_->live(candidates, trial, workers, to_the_end);
}

}  // namespace carve::evaluate
