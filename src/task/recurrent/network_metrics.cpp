#include "carve/task/recurrent/network_metrics.hpp"

#include <algorithm>
#include <optional>

#include "carve/task/population_metrics.hpp"

namespace carve::task {
namespace {

/// The connection whose mean weight a metric is.
std::string connection_of(const std::string& metric) {
  for (const auto& [name, connection] :
       {std::pair{"weef", "E->E"}, std::pair{"weif", "E->I"}, std::pair{"wief", "I->E"}, std::pair{"wiif", "I->I"}}) {
    if (metric == name) return connection;
  }
  return {};
}

class Metrics {
 public:
  explicit Metrics(const RecurrentView& view) : view_(view), population_(population_metrics(recording())) {
    for (const RecordedWeights& each : view.lived.weights) {
      if (each.plastic) changes_.push_back({each.first_mean, each.last_mean, each.at_bounds});
    }
  }

  [[nodiscard]] std::optional<double> value(const std::string& name) const {
    const PopulationMetrics& p = population_;
    for (const auto& [known, found] :
         {std::pair{"rate", p.rate}, std::pair{"cv_isi", p.cv_isi}, std::pair{"kl_isi", p.kl_isi},
          std::pair{"spatial_Fano", p.spatial_fano}, std::pair{"temporal_Fano", p.temporal_fano},
          std::pair{"auto_cov", p.auto_cov}, std::pair{"fft", p.fft},
          std::pair{"std_rate_temporal", p.std_rate_temporal}, std::pair{"std_rate_spatial", p.std_rate_spatial},
          std::pair{"std_cv", p.std_cv}}) {
      if (name == known) return found;
    }
    if (name == "w_blow") return changes_.empty() ? 0 : w_blow(changes_);
    if (name == "w_creep") return w_creep(changes_);
    if (name == "rate_i") return inhibitory_rate();
    for (const RecordedWeights& each : view_.lived.weights) {
      if (connection_of(name) == view_.task.network.name_of(view_.task.network.projections[each.projection]))
        return each.last_mean;
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] Recording recording() const {
    const std::size_t steps = view_.task.steps();
    return {
        .begin = static_cast<std::uint32_t>(steps - view_.task.recorded_stretches() * view_.task.steps_per_stretch()),
        .end = static_cast<std::uint32_t>(steps),
        .dt = view_.task.network.dt,
        .spikes = view_.lived.spikes};
  }

  [[nodiscard]] std::optional<double> inhibitory_rate() const {
    const auto population = view_.task.inhibitory();
    if (!population) return std::nullopt;
    return mean_rate(std::span(view_.lived.counts[*population]).last(view_.task.recorded_stretches()),
                     view_.task.network.populations[*population].size);
  }

  const RecurrentView& view_;
  PopulationMetrics population_;
  std::vector<WeightChange> changes_;
};

}  // namespace

const std::vector<MetricRange>& metric_ranges() {
  static const std::vector<MetricRange> ranges{
      {.name = "rate", .brief = "spikes per second of an excitatory neuron", .ideal = 10, .lowest = 1, .highest = 50},
      {.name = "rate_i", .brief = "spikes per second of an inhibitory neuron", .ideal = 10},
      {.name = "cv_isi", .brief = "irregularity of each neuron's intervals", .ideal = 1, .lowest = 0.7},
      {.name = "kl_isi", .brief = "divergence of the intervals from a Poisson process's"},
      {.name = "spatial_Fano",
       .brief = "variance over mean of counts across neurons",
       .ideal = 1,
       .lowest = 0.5,
       .highest = 2.5},
      {.name = "temporal_Fano",
       .brief = "variance over mean of counts over time",
       .ideal = 1,
       .lowest = 0.5,
       .highest = 2.5},
      {.name = "auto_cov", .brief = "autocovariance of the neurons' activity", .highest = 0.1},
      {.name = "fft", .brief = "oscillations of the population's rate", .highest = 1},
      {.name = "w_blow", .brief = "share of plastic weights at their bounds", .highest = 0.1},
      {.name = "w_creep", .brief = "largest relative drift of a mean weight", .highest = 0.05},
      {.name = "std_rate_temporal", .brief = "deviation of the population's activity over time"},
      {.name = "std_rate_spatial", .brief = "deviation of the neurons' rates"},
      {.name = "std_cv", .brief = "deviation of the neurons' irregularity"},
      {.name = "weef", .brief = "mean weight E->E", .highest = 0.5},
      {.name = "weif", .brief = "mean weight E->I", .highest = 0.5},
      {.name = "wief", .brief = "mean weight I->E", .highest = 5},
      {.name = "wiif", .brief = "mean weight I->I", .highest = 5}};
  return ranges;
}

std::vector<Figure> network_metrics(const RecurrentView& view, std::span<const MetricRange> ranges) {
  const Metrics metrics(view);
  std::vector<Figure> figures;
  for (const MetricRange& each : ranges) {
    if (const auto value = metrics.value(each.name))
      figures.push_back({each.name, each.brief, *value, each.ideal, each.lowest, each.highest});
  }
  return figures;
}

bool plausible(std::span<const Figure> metrics) {
  return std::all_of(metrics.begin(), metrics.end(), [](const Figure& each) { return each.fine(); });
}

}  // namespace carve::task
