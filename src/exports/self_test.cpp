#include "carve/exports/self_test.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/base/random.hpp"
#include "carve/base/scalar_math.hpp"
#include "carve/network/reference.hpp"
#include "carve/rule/evaluate.hpp"

namespace carve::exports {
namespace {

constexpr std::size_t pre_neurons = 3;
constexpr double spike_rate = 30;  // Hz
constexpr std::size_t samples = 20;
constexpr double sample_size = 0.3;  // small: not every rule is stable

std::vector<double> uniform(std::size_t count, std::uint32_t which) {
  std::vector<double> values(count);
  base::fill_uniform({.seed = 1, .purpose = base::Purpose::inputs, .trial = which, .step = 0}, std::span(values));
  return values;
}

/// Between -sample_size and sample_size, of few digits.
std::vector<double> small_numbers(std::size_t count, std::uint32_t which) {
  std::vector<double> values = uniform(count, which);
  for (double& each : values) each = std::round(1000 * sample_size * (2 * each - 1)) / 1000;
  return values;
}

/// A list of lists in Python, one to a line, where `indent` is the width of what stands before.
std::string lines(const std::vector<std::string>& lists, std::size_t indent) {
  return fmt::format("[{}]", fmt::join(lists, ",\n" + std::string(indent + 1, ' ')));
}

/// A list of steps in Python, broken into lines.
std::string steps(const std::vector<std::uint32_t>& spikes, std::size_t indent) {
  constexpr std::size_t per_line = 16;
  std::string text;
  for (std::size_t i = 0; i < spikes.size(); ++i)
    text += (i == 0 ? "" : i % per_line == 0 ? ",\n" + std::string(indent + 1, ' ') : ", ") + std::to_string(spikes[i]);
  return "[" + text + "]";
}

/// Weights apart from each other and within the rule's bounds.
std::vector<double> first_weights(const rule::EventRule& events) {
  const double lowest = std::isfinite(events.w_min) ? events.w_min : -1;
  const double highest = std::isfinite(events.w_max) ? events.w_max : lowest + 2;
  std::vector<double> weights;
  for (std::size_t i = 0; i < pre_neurons; ++i)
    weights.push_back(lowest + (highest - lowest) * (static_cast<double>(i) + 0.5) / pre_neurons);
  return weights;
}

}  // namespace

SpikeTest spike_test(const rule::Rule& rule) {
  SpikeTest test;
  const auto spikes = [&](std::uint32_t which) {
    const std::vector<double> drawn = uniform(test.steps, which);
    std::vector<std::uint32_t> result;
    for (std::uint32_t t = 0; t < test.steps; ++t) {
      if (drawn[t] < spike_rate * test.dt.value) result.push_back(t);
    }
    return result;
  };
  for (std::uint32_t i = 0; i < pre_neurons; ++i) test.pre.push_back(spikes(i));
  test.post = spikes(pre_neurons);
  test.post.push_back(test.pre[0][test.pre[0].size() / 2]);  // both in one step
  std::sort(test.post.begin(), test.post.end());
  test.post.erase(std::unique(test.post.begin(), test.post.end()), test.post.end());

  const EventCode code = event_code(rule);
  const rule::EventRule& events = *rule.space.events;
  test.before = test.after = first_weights(events);
  for (std::size_t i = 0; i < pre_neurons; ++i) {
    rule::Bindings<double> names{{"w", test.before[i]}};
    for (const EventCode::Trace& each : code.traces) names[each.name] = 0;
    for (std::uint32_t t = 0; t < test.steps; ++t) {
      const bool pre = std::binary_search(test.pre[i].begin(), test.pre[i].end(), t);
      const bool post = std::binary_search(test.post.begin(), test.post.end(), t);
      for (const EventCode::Trace& each : code.traces) names[each.name] *= base::exp(-test.dt.value / each.tau);
      const auto change = [&](const rule::Expression& formula) {
        names["w"] = std::clamp(names["w"] + evaluate(formula, names), events.w_min, events.w_max);
      };
      if (pre) change(code.on_pre);
      if (post) change(code.on_post);
      for (const EventCode::Trace& each : code.traces) names[each.name] += each.side == rule::Side::pre ? pre : post;
    }
    test.after[i] = names["w"];
  }
  return test;
}

std::map<std::string, std::string> values_of(const SpikeTest& test) {
  std::vector<std::string> pre;
  for (const auto& each : test.pre) pre.push_back(steps(each, 7));  // after "PRE = ["
  return {{"NEURONS", fmt::to_string(test.pre.size())},
          {"DT", python(test.dt.value)},
          {"STEPS", fmt::to_string(test.steps)},
          {"PRE", lines(pre, 6)},
          {"POST", steps(test.post, 7)},
          {"BEFORE", python(test.before)},
          {"AFTER", python(test.after)}};
}

RateTest rate_test(const std::vector<rule::Rule>& rules) {
  RateTest test;
  test.outputs = rules.size() > 1 ? 3 : 1;
  const network::RateNetwork network{
      .inputs = static_cast<std::int64_t>(test.inputs),
      .outputs = static_cast<std::int64_t>(test.outputs),
      .lateral = rules.size() > 1 ? network::Lateral::hierarchical : network::Lateral::none};
  test.samples = small_numbers(samples * test.inputs, 10);
  test.before = small_numbers(network.weight_count(), 11);
  test.after = network::reference(network, rules, test.samples, samples, test.before);
  return test;
}

std::map<std::string, std::string> values_of(const RateTest& test) {
  std::vector<std::string> rows;
  for (std::size_t at = 0; at < test.samples.size(); at += test.inputs)
    rows.push_back(python(std::vector(test.samples.begin() + static_cast<std::ptrdiff_t>(at),
                                      test.samples.begin() + static_cast<std::ptrdiff_t>(at + test.inputs))));
  return {{"SAMPLES", lines(rows, 19)},  // after "SAMPLES = np.array("
          {"BEFORE", python(test.before)},
          {"AFTER", python(test.after)}};
}

}  // namespace carve::exports
