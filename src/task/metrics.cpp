#include "carve/task/metrics.hpp"

#include <algorithm>
#include <cmath>

#include "carve/task/activity.hpp"
#include "carve/task/assignment.hpp"
#include "carve/task/subspace.hpp"
#include "carve/task/trial.hpp"

namespace carve::task {
namespace {

constexpr std::size_t samples_looked_at = 1000;  // the last ones of a trial

std::size_t inputs_of(const network::RateNetwork& network) { return static_cast<std::size_t>(network.inputs); }

/// |cos| of the angle between two rows; 0 where one has no direction.
double cosine(const double* a, const double* b, std::size_t size) {
  double along = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < size; ++i) {
    along += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  const double result = std::abs(along) / std::sqrt(aa) / std::sqrt(bb);
  return result <= 1 ? result : result > 1 ? 1.0 : 0.0;
}

/// For each output, |cos| to the component of its number. The outputs of a symmetric network have no order, and nothing
/// keeps their feedforward weights apart: their responses count, each for the component that suits all best.
std::vector<double> alignments(const network::RateNetwork& network, const Learned& learned) {
  const std::size_t size = inputs_of(network);
  const std::vector<double>& components = learned.trial.samples.components;
  const auto outputs = static_cast<std::size_t>(network.outputs);
  const std::size_t count = std::min(outputs, components.size() / size);
  std::vector<double> result(count, 0.0);
  if (network.lateral != network::Lateral::symmetric) {
    for (std::size_t i = 0; i < count; ++i)
      result[i] = cosine(learned.weights.data() + i * size, components.data() + i * size, size);
    return result;
  }
  const std::vector<double> rows = network::response(network, learned.weights);
  std::vector<double> costs(outputs * outputs, 0.0);  // more outputs than components: some get none
  for (std::size_t i = 0; i < outputs; ++i) {
    for (std::size_t k = 0; k < count; ++k)
      costs[i * outputs + k] = -cosine(rows.data() + i * size, components.data() + k * size, size);
  }
  const std::vector<std::size_t> component_of = best_assignment(costs, outputs);
  for (std::size_t i = 0; i < outputs; ++i) {
    if (component_of[i] < count) result[component_of[i]] = -costs[i * outputs + component_of[i]];
  }
  return result;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double each : values) sum += each;
  return sum / static_cast<double>(values.size());
}

std::span<const float> looked_at(const network::RateNetwork& network, const Learned& learned) {
  return last_samples(learned.trial.samples.values, inputs_of(network), samples_looked_at);
}

double captured(std::span<const double> rows, std::size_t inputs, std::span<const float> samples) {
  double sum = 0;
  for (const double each : project(rows, inputs, samples)) sum += each * each;
  return sum;
}

double explained_variance(const network::RateNetwork& network, const Learned& learned) {
  const std::size_t size = inputs_of(network);
  const auto samples = looked_at(network, learned);
  const double possible = captured(learned.trial.samples.components, size, samples);
  if (!(possible > 0)) return 1;
  return captured(orthonormal_rows(network::response(network, learned.weights), size), size, samples) / possible;
}

double accuracy(const ReadoutPlan& plan, std::span<const double> outputs, const Samples& samples) {
  return 1 - readout_error(plan, outputs, samples.labels);
}

}  // namespace

std::vector<Metric> metrics(const network::RateNetwork& network, const Loss& loss) {
  std::vector<Metric> list;
  list.push_back({"alignment", "mean |cos| between outputs' weights and their principal components", 0,
                  [network](const Learned& learned) { return mean(alignments(network, learned)); }});
  if (network.outputs > 1) {
    list.push_back({"worst_alignment", "the least |cos| of any output", 0, [network](const Learned& learned) {
                      const std::vector<double> all = alignments(network, learned);
                      return *std::min_element(all.begin(), all.end());
                    }});
  }
  if (network.activation == network::Activation::linear) {
    list.push_back({"explained_variance",
                    "variance that the outputs' span captures, relative to the principal components", 0,
                    [network](const Learned& learned) { return explained_variance(network, learned); }});
  }
  if (network.outputs > 1) {
    list.push_back({"correlation", "root mean squared correlation between different outputs", 1,
                    [network](const Learned& learned) {
                      const std::vector<double> outputs =
                          activity(network, learned.weights, looked_at(network, learned));
                      return std::sqrt(mean_squared_correlation(outputs, static_cast<std::size_t>(network.outputs)));
                    }});
  }
  if (const auto plan = loss.readout()) {
    list.push_back({"accuracy", "share of labelled samples that a linear readout of the outputs gets right", 0,
                    [network, plan](const Learned& learned) {
                      const Samples& samples = learned.trial.samples;
                      return accuracy(*plan, activity(network, learned.weights, samples.labelled), samples);
                    }});
    list.push_back({"accuracy_of_components", "the same for the true principal components instead of the outputs", 0,
                    [network, plan](const Learned& learned) {
                      const Samples& samples = learned.trial.samples;
                      return accuracy(*plan, project(samples.components, inputs_of(network), samples.labelled),
                                      samples);
                    }});
    list.push_back({"accuracy_at_start", "the same for the network as it was before learning", 0,
                    [network, plan](const Learned& learned) {
                      const Samples& samples = learned.trial.samples;
                      const std::vector<double> before(learned.trial.initial_weights.begin(),
                                                       learned.trial.initial_weights.end());
                      return accuracy(*plan, activity(network, before, samples.labelled), samples);
                    }});
  }
  return list;
}

}  // namespace carve::task
