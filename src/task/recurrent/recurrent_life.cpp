#include "carve/task/recurrent/recurrent_life.hpp"

#include <cmath>
#include <numeric>

#include "carve/base/scalar_math.hpp"
#include "carve/task/recurrent/recurrent_loss.hpp"

namespace carve::task {
namespace {

using network::Ending;

constexpr double burst_spikes = 6;          // per neuron ...
constexpr std::size_t burst_stretches = 4;  // ... within 40 ms
constexpr std::array<double, WeightLook::quantiles> quantiles{0.05, 0.25, 0.5, 0.75, 0.95};

double mean(std::span<const double> values) {
  return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

WeightLook look_at(double time, std::vector<double> weights) {
  WeightLook look{.time = time, .mean = mean(weights)};
  for (std::size_t k = 0; k < quantiles.size() && !weights.empty(); ++k) {
    const auto at =
        weights.begin() + static_cast<std::ptrdiff_t>(quantiles[k] * static_cast<double>(weights.size() - 1));
    std::nth_element(weights.begin(), at, weights.end());
    look.quantile[k] = *at;
  }
  return look;
}

/// Watches the rate of the excitatory population.
class Watch {
 public:
  Watch(const network::RateLimits& limits, std::size_t neurons)
      : limits_(limits), neurons_(neurons), rate_(limits.initial, limits.time_constant, neurons) {}

  /// What the spikes of the last stretch mean; `counts`: of all stretches so far.
  Ending see(std::span<const std::uint32_t> counts) {
    const double rate = rate_.after(counts.back());
    const auto last = counts.last(std::min(counts.size(), burst_stretches));
    const auto burst = std::accumulate(last.begin(), last.end(), std::uint64_t{0});
    if (rate < limits_.lowest.value) return Ending::silent;
    if (rate > limits_.highest.value || static_cast<double>(burst) > burst_spikes * static_cast<double>(neurons_))
      return Ending::blown_up;
    return Ending::finished;
  }

 private:
  const network::RateLimits& limits_;
  std::size_t neurons_;
  FilteredRate rate_;
};

class Life {
 public:
  Life(const RecurrentTask& task, const network::ProjectionRules& rules, std::span<const double> values,
       const StagedTrial& trial, const Observation& observation, const network::CutShort& cut_short)
      : task_(task),
        rules_(rules),
        trial_(trial),
        observation_(observation),
        cut_short_(cut_short),
        run_(task.network, rules, values, trial.given),
        excitatory_(task.excitatory()),
        stretches_(task.stretches()),
        recorded_from_(stretches_ - task.recorded_stretches()) {
    lived_.counts.resize(task.network.populations.size());
    for (std::size_t p = 0; p < lived_.counts.size(); ++p) {
      if (task.network.populations[p].neuron) lived_.counts[p].reserve(stretches_);
    }
    const std::size_t neurons = task.network.populations[excitatory_].size;
    if (observation.responses)
      lived_.responses.assign(trial.presentations.size(), std::vector<std::uint16_t>(neurons, 0));
    stride_ = (neurons + most_recorded - 1) / most_recorded;
    if (observation.recording) lived_.spikes.resize((neurons + stride_ - 1) / stride_);
    lived_.weights_looked.resize(rules.size());
    lived_.last_weights.resize(rules.size());
  }

  RecurrentLived live() {
    const std::vector<std::size_t> begins = phase_begins(task_.phases);
    const network::RateLimits limits = task_.loss->limits();
    Watch watch(limits, task_.network.populations[excitatory_].size);
    std::size_t phase = 0;
    while (lived_.end < stretches_ && lived_.ending == Ending::finished) {
      if (lived_.end == begins[phase]) enter(task_.phases[phase++]);
      if (observation_.recording && lived_.end == recorded_from_) begin_recording();
      look();
      run_.advance();
      count();
      ++lived_.end;
      lived_.ending = watch.see(lived_.counts[excitatory_]);
      const bool goes_on = lived_.ending == Ending::finished && lived_.end < stretches_;
      if (goes_on && cut_short_ && cut_short_()) lived_.ending = Ending::cut_short;
    }
    finish();
    return std::move(lived_);
  }

 private:
  void enter(const Phase& phase) {
    for (std::size_t c = 0; c < rules_.size(); ++c)
      run_.learn(c, phase.plastic.includes(task_.network.name_of(task_.network.projections[c])));
  }

  void count() {
    const std::size_t first = lived_.end * task_.steps_per_stretch();
    for (std::size_t p = 0; p < lived_.counts.size(); ++p) {
      if (!task_.network.populations[p].neuron) continue;
      std::uint32_t sum = 0;
      for (std::size_t t = first; t < run_.now(); ++t) sum += static_cast<std::uint32_t>(run_.spikes(p, t).size());
      lived_.counts[p].push_back(sum);
    }
    if (observation_.responses) {
      while (shown_ < trial_.presentations.size() && trial_.presentations[shown_].end <= lived_.end) ++shown_;
      if (shown_ < trial_.presentations.size() && trial_.presentations[shown_].begin <= lived_.end) {
        std::vector<std::uint16_t>& response = lived_.responses[shown_];
        each_spike(first, [&](std::size_t, std::uint16_t neuron) { ++response[neuron]; });
      }
    }
    if (observation_.raster && static_cast<double>(stretches_ - lived_.end) * stretch.value <= raster_length.value)
      add_to_raster(first);
    if (observation_.recording && lived_.end >= recorded_from_) {
      each_spike(first, [&](std::size_t t, std::uint16_t neuron) {
        if (neuron % stride_ == 0) lived_.spikes[neuron / stride_].push_back(static_cast<std::uint32_t>(t));
      });
    }
  }

  void add_to_raster(std::size_t first) {
    for (std::size_t p = 0; p < lived_.counts.size(); ++p) {
      const network::Population& population = task_.network.populations[p];
      if (!population.neuron) continue;
      const std::size_t stride = (population.size + raster_neurons - 1) / raster_neurons;
      for (std::size_t t = first; t < run_.now(); ++t) {
        for (const std::uint16_t neuron : run_.spikes(p, t)) {
          if (neuron % stride == 0)
            lived_.raster.push_back({static_cast<double>(t) * task_.network.dt.value, p, neuron / stride});
        }
      }
    }
  }

  template <class Visit>
  void each_spike(std::size_t first, Visit visit) {
    for (std::size_t t = first; t < run_.now(); ++t) {
      for (const std::uint16_t neuron : run_.spikes(excitatory_, t)) visit(t, neuron);
    }
  }

  /// Whether a connection is between populations of neurons.
  [[nodiscard]] bool inner(std::size_t projection) const {
    return task_.network.populations[task_.network.projections[projection].from].neuron.has_value();
  }

  [[nodiscard]] double fixed_mean(std::size_t projection) const {
    const network::Synapses& synapses = trial_.given.synapses[projection];
    if (synapses.weights.empty()) return synapses.weight;
    double sum = 0;
    synapses.for_each([&](std::size_t, std::size_t s) { sum += synapses.weights[s]; });
    return sum / static_cast<double>(std::max<std::size_t>(synapses.count(), 1));
  }

  void begin_recording() {
    for (std::size_t c = 0; c < rules_.size(); ++c) {
      if (!inner(c)) continue;
      lived_.weights.push_back({c, rules_[c].has_value(), rules_[c] ? mean(run_.weights(c)) : fixed_mean(c), 0, 0});
      if (!rules_[c]) lived_.weights.back().last_mean = lived_.weights.back().first_mean;
    }
  }

  /// The weights' distributions at equal distances, where they are due.
  void look() {
    const std::size_t looks = observation_.weight_looks;
    if (looks < 2 || looked_ + 1 >= looks || lived_.end != stretches_ * looked_ / (looks - 1)) return;
    ++looked_;
    for (std::size_t c = 0; c < rules_.size(); ++c) {
      if (rules_[c]) lived_.weights_looked[c].push_back(look_at(now(), run_.weights(c)));
    }
  }

  [[nodiscard]] double now() const { return static_cast<double>(lived_.end) * stretch.value; }

  void finish() {
    auto recorded = lived_.weights.begin();
    for (std::size_t c = 0; c < rules_.size(); ++c) {
      const bool has_record = recorded != lived_.weights.end() && recorded->projection == c;
      if (rules_[c]) {
        std::vector<double> weights = run_.weights(c);
        const double last = mean(weights);
        if (!std::isfinite(last)) lived_.ending = Ending::not_finite;
        if (has_record) {
          recorded->last_mean = last;
          recorded->at_bounds = at_bounds(*rules_[c], weights);
        }
        if (observation_.weight_looks > 1) {
          lived_.weights_looked[c].push_back(look_at(now(), weights));
          lived_.last_weights[c] = std::move(weights);
        }
      }
      if (has_record) ++recorded;
    }
  }

  static double at_bounds(const rule::RuleSpace& rule, const std::vector<double>& weights) {
    // Bounds are compared as the simulation has them.
    const auto lowest = static_cast<double>(static_cast<float>(rule.events->w_min));
    const auto highest = static_cast<double>(static_cast<float>(rule.events->w_max));
    const auto count =
        std::count_if(weights.begin(), weights.end(), [&](double w) { return w <= lowest || w >= highest; });
    return static_cast<double>(count) / static_cast<double>(std::max<std::size_t>(weights.size(), 1));
  }

  const RecurrentTask& task_;
  const network::ProjectionRules& rules_;
  const StagedTrial& trial_;
  const Observation& observation_;
  const network::CutShort& cut_short_;
  network::RecurrentRun<float> run_;
  std::size_t excitatory_;
  std::size_t stretches_;
  std::size_t recorded_from_;  // stretch
  std::size_t stride_ = 1;     // of recorded neurons
  std::size_t shown_ = 0;      // presentations that are over
  std::size_t looked_ = 0;
  RecurrentLived lived_;
};

}  // namespace

FilteredRate::FilteredRate(base::Hertz initial, base::Seconds time_constant, std::size_t neurons)
    : rate_(initial.value),
      keep_(base::exp(-stretch.value / time_constant.value)),
      neuron_seconds_(static_cast<double>(neurons) * stretch.value) {}

double FilteredRate::after(std::uint32_t spikes) {
  return rate_ = rate_ * keep_ + (1 - keep_) * static_cast<double>(spikes) / neuron_seconds_;
}

RecurrentLived live(const RecurrentTask& task, const network::ProjectionRules& rules, std::span<const double> values,
                    const StagedTrial& trial, const Observation& observation, const network::CutShort& cut_short) {
  return Life(task, rules, values, trial, observation, cut_short).live();
}

double mean_rate(std::span<const std::uint32_t> counts, std::size_t neurons) {
  if (counts.empty() || neurons == 0) return 0;
  const auto spikes = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  return static_cast<double>(spikes) /
         (static_cast<double>(neurons) * static_cast<double>(counts.size()) * stretch.value);
}

}  // namespace carve::task
