// Exact gradients through whole lifetimes, in turn with the plain simulation of the same lifetimes.
#include <cmath>

#include "carve/app/bench/benchmarks.hpp"
#include "carve/app/bench/rules.hpp"
#include "carve/base/random.hpp"
#include "carve/network/gradient.hpp"

namespace carve::app {
namespace {

constexpr std::size_t steps = 1000;

/// A block of candidates with a lifetime before them and half the squared length of their weights as the loss.
template <class T>
class GradientLifetime {
 public:
  GradientLifetime(const network::RateNetwork& network, rule::RuleSet rules)
      : network_(network),
        rules_(std::move(rules)),
        simulator_(network_, rules_.rules),
        gradient_(network_, rules_.rules),
        candidates_(near_oja(rules_, 256 / sizeof(T))),
        plain_block_(simulator_.prepare(candidates_).front()),
        block_(gradient_.prepare(candidates_).front()) {
    const auto synapses = static_cast<std::size_t>(network_.inputs);
    const float scale = 1 / std::sqrt(static_cast<float>(synapses));
    inputs_ = drawn(steps * synapses, base::Purpose::inputs, scale);
    initial_ = drawn(network_.weight_count(), base::Purpose::initial_weights, scale);
    weights_.resize(initial_.size() * plain_block_.lanes);
    scratch_.resize(simulator_.scratch_size(plain_block_.lanes));
  }

  void plain() {
    begin();
    simulator_.run(plain_block_, inputs_.data(), steps, weights_.data(), scratch_.data());
  }

  void gradient() {
    begin();
    gradient_.forward(block_, inputs_.data(), steps, weights_.data(), tape_);
    gradient_.backward(block_, weights_.data(), tape_);
  }

  /// The first candidate's, once `gradient` has run.
  [[nodiscard]] std::vector<double> found() const {
    return gradient_.by_parameters(block_, 0, candidates_.front(), tape_);
  }

  [[nodiscard]] double updates() const { return static_cast<double>(initial_.size() * steps * plain_block_.count); }

 private:
  /// The same numbers in any precision.
  static base::AlignedVector<T> drawn(std::size_t count, base::Purpose purpose, float scale) {
    std::vector<float> numbers(count);
    base::fill_normal({.seed = 1, .purpose = purpose}, std::span<float>(numbers));
    for (float& each : numbers) each *= scale;
    return {numbers.begin(), numbers.end()};
  }

  void begin() {
    for (std::size_t i = 0; i < weights_.size(); ++i) weights_[i] = initial_[i / plain_block_.lanes];
  }

  network::RateNetwork network_;
  rule::RuleSet rules_;
  network::RateSimulator<T> simulator_;
  network::RateGradient<T> gradient_;
  std::vector<std::vector<double>> candidates_;
  network::CandidateBlock<T> plain_block_;
  network::GradientBlock<T> block_;
  network::GradientTape<T> tape_;
  base::AlignedVector<T> inputs_, initial_, weights_, scratch_;
};

template <class T>
Figure gradient(const network::RateNetwork& network, const rule::RuleSet& rules) {
  GradientLifetime<T> lifetime(network, rules);
  const Comparison comparison = compare([&] { lifetime.plain(); }, [&] { lifetime.gradient(); });
  GradientLifetime<double> reference(network, rules);
  reference.gradient();
  const std::vector<double> found = lifetime.found(), truth = reference.found();
  double distance = 0, length = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    distance += std::pow(found[i] - truth[i], 2);
    length += std::pow(truth[i], 2);
  }
  return {.value = rate_of(lifetime.updates(), comparison.second),
          .unit = "updates/s",
          .ratio = comparison.ratio,
          .to = "the plain simulation's time",
          .error = std::sqrt(distance / length),
          .error_of = "against double"};
}

const network::RateNetwork hundred{.inputs = 100};

}  // namespace

Figure gradient_100() { return gradient<float>(hundred, {{dense_rule()}}); }
Figure gradient_100_double() { return gradient<double>(hundred, {{dense_rule()}}); }
Figure gradient_pca() {
  return gradient<float>({.inputs = 50, .outputs = 5, .lateral = network::Lateral::hierarchical},
                         {{dense_rule(), dense_rule()}});
}
Figure gradient_interpreted() { return gradient<float>(hundred, {{text_rule("0.02 * (A*tanh(x*y) + B*y^2*w)")}}); }

}  // namespace carve::app
