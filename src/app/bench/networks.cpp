// Networks that learn under a rule, 64 candidates at once: the kernels alone, against the core's peak.
#include <cmath>

#include "carve/app/bench/benchmarks.hpp"
#include "carve/app/bench/rules.hpp"
#include "carve/base/isa.hpp"
#include "carve/base/random.hpp"
#include "carve/network/rate_simulator.hpp"
#include "carve/network/reference.hpp"

namespace carve::app {
namespace {

/// What counts as useful of the dense rule: a multiply-add for each of nine x^a w^c, the dot product among them.
constexpr double useful = 9;

/// A block of candidates with a lifetime before them.
template <class T>
class Lifetime {
 public:
  Lifetime(network::RateNetwork network, rule::RuleSet rules, std::size_t steps)
      : synapses_(static_cast<std::size_t>(network.inputs)),
        steps_(steps),
        rules_(std::move(rules)),
        network_(precise(network)),
        simulator_(network_, rules_.rules) {
    candidates_ = near_oja(rules_, 256 / sizeof(T));
    block_ = simulator_.prepare(candidates_).front();
    inputs_.resize(steps * synapses_);
    initial_.resize(network_.weight_count());
    const auto scale = static_cast<T>(1 / std::sqrt(static_cast<double>(synapses_)));
    base::fill_normal({.seed = 1, .purpose = base::Purpose::inputs}, std::span<T>(inputs_));
    base::fill_normal({.seed = 1, .purpose = base::Purpose::initial_weights}, std::span<T>(initial_));
    for (T& x : inputs_) x *= scale;
    for (T& w : initial_) w *= scale;
    weights_.resize(initial_.size() * block_.lanes);
    scratch_.resize(simulator_.scratch_size(block_.lanes));
  }
  /// A single neuron.
  Lifetime(const rule::RuleSpace& space, std::size_t synapses, std::size_t steps)
      : Lifetime({.inputs = static_cast<std::int64_t>(synapses)}, {{space}}, steps) {}

  void run(std::size_t steps) {
    for (std::size_t j = 0; j < initial_.size(); ++j) {
      for (std::size_t lane = 0; lane < block_.lanes; ++lane) weights_[j * block_.lanes + lane] = initial_[j];
    }
    simulator_.run(block_, inputs_.data(), steps, weights_.data(), scratch_.data());
  }
  void run() { run(steps_); }

  [[nodiscard]] double updates() const { return static_cast<double>(initial_.size() * steps_ * block_.count); }

  /// The largest relative distance of learned weights from the plain double-precision network's, over a few candidates
  /// and a shorter life (the reference is slow).
  [[nodiscard]] double error() {
    const std::size_t steps = std::min<std::size_t>(steps_, 20'000 / initial_.size());
    run(steps);
    const std::vector<double> inputs(inputs_.begin(), inputs_.end());
    const std::vector<double> initial(initial_.begin(), initial_.end());
    double largest = 0;
    for (std::size_t lane = 0; lane < 2; ++lane) {
      const auto truth = network::reference(network_, rules_.at(candidates_[lane]), inputs, steps, initial);
      double distance = 0, length = 0;
      for (std::size_t j = 0; j < truth.size(); ++j) {
        const double difference = static_cast<double>(weights_[j * block_.lanes + lane]) - truth[j];
        distance += difference * difference;
        length += truth[j] * truth[j];
      }
      largest = std::fmax(largest, std::sqrt(distance / length));
    }
    return largest;
  }

 private:
  static network::RateNetwork precise(network::RateNetwork network) {
    network.double_precision = sizeof(T) == sizeof(double);
    return network;
  }

  std::size_t synapses_, steps_;
  rule::RuleSet rules_;
  network::RateNetwork network_;
  network::RateSimulator<T> simulator_;
  std::vector<std::vector<double>> candidates_;
  network::CandidateBlock<T> block_;
  base::AlignedVector<T> inputs_, initial_, weights_, scratch_;
};

constexpr const char* error_of = "weights against the double reference";

/// About three milliseconds: short, so that the peak before and after is the peak meanwhile.
std::size_t steps_for(std::size_t synapses) { return 400'000 / synapses; }

template <class T>
Figure dense(std::size_t synapses) {
  const rule::RuleSpace space = dense_rule();
  Lifetime<T> lifetime(space, synapses, steps_for(synapses) * sizeof(float) / sizeof(T));
  const Precision precision = sizeof(T) == sizeof(float) ? Precision::single : Precision::twice;
  const Timing timing = time_against_peak([&] { lifetime.run(); }, lifetime.updates(), useful, precision);
  return {.value = timing.rate,
          .unit = "updates/s",
          .share_of_peak = timing.share,
          .error = lifetime.error(),
          .error_of = error_of};
}

/// Principal components by a hierarchy of neurons, both rules dense (Rubner & Tavan 1989). Lateral weights, a few
/// percent of all, count like the others.
template <class T>
Figure components(std::int64_t inputs, std::int64_t outputs) {
  const network::RateNetwork network{.inputs = inputs, .outputs = outputs, .lateral = network::Lateral::hierarchical};
  Lifetime<T> lifetime(network, {{dense_rule(), dense_rule()}},
                       steps_for(network.weight_count()) * sizeof(float) / sizeof(T));
  const Precision precision = sizeof(T) == sizeof(float) ? Precision::single : Precision::twice;
  const Timing timing = time_against_peak([&] { lifetime.run(); }, lifetime.updates(), useful, precision);
  return {.value = timing.rate,
          .unit = "updates/s",
          .share_of_peak = timing.share,
          .error = lifetime.error(),
          .error_of = error_of};
}

/// A rule from text, in turn with the dense one; `useful_here`: its multiply-adds per update, or 0 where none count.
Figure from_text(const char* text, double useful_here) {
  const rule::RuleSpace dense_space = dense_rule();
  const rule::RuleSpace space = text_rule(text);
  constexpr std::size_t synapses = 100;
  Lifetime<float> reference(dense_space, synapses, steps_for(synapses));
  Lifetime<float> lifetime(space, synapses, steps_for(synapses));
  const Comparison comparison = compare([&] { lifetime.run(); }, [&] { reference.run(); });
  Figure figure{.value = rate_of(lifetime.updates(), comparison.first),
                .unit = "updates/s",
                .ratio = comparison.ratio,
                .to = "oja n=100"};
  if (useful_here > 0) {
    figure.share_of_peak =
        time_against_peak([&] { lifetime.run(); }, lifetime.updates(), useful_here, Precision::single).share;
  }
  figure.error = lifetime.error();
  figure.error_of = error_of;
  return figure;
}

}  // namespace

Figure oja_3() { return dense<float>(3); }
Figure oja_10() { return dense<float>(10); }
Figure oja_100() { return dense<float>(100); }
Figure oja_1000() { return dense<float>(1000); }
Figure oja_100_double() { return dense<double>(100); }

Figure oja_100_avx2() {
  const base::Isa usual = base::isa();
  base::force_isa(base::Isa::v3);
  const Figure figure = dense<float>(100);
  base::force_isa(usual);
  return figure;
}

Figure pca_50() { return components<float>(50, 5); }
Figure pca_50_double() { return components<double>(50, 5); }
Figure pca_784() { return components<float>(784, 10); }

// One multiply-add for x, one for w, one for the dot product.
Figure two_terms() { return from_text("0.02 * (A*x*y + B*y^2*w)", 3); }
Figure interpreted() { return from_text("0.02 * (A*tanh(x*y) + B*y^2*w)", 0); }

}  // namespace carve::app
