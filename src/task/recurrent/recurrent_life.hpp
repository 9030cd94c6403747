// One candidate's lifetime in a recurrent network, as losses, metrics and reports see it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "carve/network/recurrent/recurrent_run.hpp"
#include "carve/network/spiking_neuron.hpp"
#include "carve/task/recurrent/recurrent_task.hpp"

namespace carve::task {

/// What to write down beside the rates. All of it costs time; none of it changes what is simulated but for rounding.
struct Observation {
  bool responses = false;        // of each excitatory neuron to each presentation
  bool recording = false;        // spikes and weights over RecurrentTask::recorded
  bool raster = false;           // spikes of some neurons of all populations in the last second
  std::size_t weight_looks = 0;  // how often the weights' distributions are taken, the start and the end included

  [[nodiscard]] friend Observation operator|(const Observation& a, const Observation& b) {
    return {a.responses || b.responses, a.recording || b.recording, a.raster || b.raster,
            std::max(a.weight_looks, b.weight_looks)};
  }
};

/// The distribution of a plastic connection's weights at one time.
struct WeightLook {
  static constexpr std::size_t quantiles = 5;  // 5, 25, 50, 75, 95 %

  double time = 0;  // s
  double mean = 0;
  std::array<double, quantiles> quantile{};
};

/// The mean weight of a connection between populations of neurons over the recorded part.
struct RecordedWeights {
  std::size_t projection = 0;
  bool plastic = false;
  double first_mean = 0;
  double last_mean = 0;
  double at_bounds = 0;  // share of weights at their bounds, at the end
};

/// A spike that a raster shows.
struct RasterSpike {
  double time = 0;             // s
  std::size_t population = 0;  // of the network
  std::size_t row = 0;         // of the population's neurons that are shown
};
inline constexpr base::Seconds raster_length{1};
inline constexpr std::size_t raster_neurons = 100;  // of each population, at most, at equal distances

/// What became of a candidate.
struct RecurrentLived {
  network::Ending ending = network::Ending::finished;
  std::size_t end = 0;                             // stretches lived
  std::vector<std::vector<std::uint32_t>> counts;  // [population][stretch]: spikes; of inputs none
  // Of finished lifetimes, as observed:
  std::vector<std::vector<std::uint16_t>> responses;    // [presentation][excitatory neuron]: spikes
  std::vector<std::vector<std::uint32_t>> spikes;       // [recorded neuron]: steps, in the recorded part
  std::vector<RecordedWeights> weights;                 // of connections between neurons
  std::vector<std::vector<WeightLook>> weights_looked;  // [projection][look]; of plastic ones
  std::vector<std::vector<double>> last_weights;        // [projection]: all of them; of plastic ones, if looked at
  std::vector<RasterSpike> raster;
};

/// Excitatory neurons whose spikes are recorded: as many as there are, at most these, at equal distances.
inline constexpr std::size_t most_recorded = 1000;

/// When a lifetime ends early: the rate of the excitatory population, seen through a filter, leaves [lowest, highest];
/// or it has spiked more than 6 times per neuron within 40 ms, so that an explosion costs little. Looked at every 10
/// ms.
using network::RateLimits;

/// The whole lifetime. values: of the rules' parameters, one rule after the other. `cut_short` is asked every 10 ms of
/// the lifetime.
[[nodiscard]] RecurrentLived live(const RecurrentTask& task, const network::ProjectionRules& rules,
                                  std::span<const double> values, const StagedTrial& trial,
                                  const Observation& observation, const network::CutShort& cut_short = {});

/// A population's rate through an exponential filter, in Hz: within a stretch it is taken as constant.
class FilteredRate {
 public:
  FilteredRate(base::Hertz initial, base::Seconds time_constant, std::size_t neurons);
  /// At the end of the next stretch, in which the population spikes so often.
  double after(std::uint32_t spikes);

 private:
  double rate_;
  double keep_;            // of the rate over a stretch
  double neuron_seconds_;  // of a stretch
};

/// The mean rate of a population over stretches, in Hz; `neurons`: its size.
[[nodiscard]] double mean_rate(std::span<const std::uint32_t> counts, std::size_t neurons);

}  // namespace carve::task
