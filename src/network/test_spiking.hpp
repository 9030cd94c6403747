// What tests and measurements of the spiking neuron share: random input spikes, rules, lifetimes.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "carve/base/random.hpp"
#include "carve/network/spiking_simulator.hpp"
#include "carve/rule/event_family.hpp"

namespace carve::network::test {

/// Independent spikes with a probability per step, a function of the seed alone.
inline SpikeTrains random_spikes(std::size_t inputs, std::size_t steps, double probability, std::uint32_t seed) {
  SpikeTrains trains{.inputs = inputs, .first = {0}};
  std::vector<float> draws(inputs);
  for (std::size_t t = 0; t < steps; ++t) {
    base::fill_uniform({31, base::Purpose::inputs, seed, static_cast<std::uint32_t>(t)}, std::span<float>(draws));
    for (std::size_t j = 0; j < inputs; ++j) {
      if (static_cast<double>(draws[j]) < probability) trains.sources.push_back(static_cast<std::uint16_t>(j));
    }
    trains.first.push_back(static_cast<std::uint32_t>(trains.sources.size()));
  }
  return trains;
}

inline std::vector<double> uniform_between(std::size_t count, double low, double high, std::uint32_t seed) {
  std::vector<double> numbers(count);
  base::fill_uniform({37, base::Purpose::initial_weights, seed, 0}, std::span<double>(numbers));
  for (double& each : numbers) each = low + (high - low) * each;
  return numbers;
}

/// A rule of events from a table of settings with a line each.
inline rule::RuleSpace events_of(const std::vector<std::pair<std::string, std::string>>& texts, double w_min,
                                 double w_max) {
  base::Table table;
  for (const auto& [key, text] : texts) table.set(key, {text, {}});
  table.set("eta", {1.0, {}});
  table.set("w_min", {w_min, {}});
  table.set("w_max", {w_max, {}});
  base::Diagnostics diagnostics;
  auto space = rule::read_event_rule("test", table, {}, diagnostics);
  if (!space) throw std::runtime_error(diagnostics.render());
  return std::move(*space);
}

/// The six-parameter family; its parameters are eta (1), alpha, kappa, beta, gamma, tau_pre, tau_post, in this order.
inline rule::RuleSpace six_parameters(double w_min, double w_max) {
  return events_of({{"family", "six_parameter"}}, w_min, w_max);
}

struct SixParameters {
  double eta = 0, alpha = 0, beta = 0, gamma = 0, kappa = 0, tau_pre = 0.02, tau_post = 0.02;
  [[nodiscard]] std::vector<double> values() const {
    return {1.0, eta * alpha, eta * kappa, eta * beta, eta * gamma, tau_pre, tau_post};
  }
};

}  // namespace carve::network::test
