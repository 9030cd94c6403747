// What tests and measurements of recurrent networks share: small random networks, rules from text, trials.
#pragma once

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "carve/network/recurrent/lifetime.hpp"
#include "carve/network/test_spiking.hpp"
#include "carve/rule/found_rule.hpp"

namespace carve::network::test {

/// A trace beside x_pre and x_post, or a state.
struct MoreTrace {
  std::string name;
  std::string side;  // "pre", "post"; "state" of V, C_E, C_I
  double tau;        // ms
};

/// A rule as a file has it: formulas with all their numbers, and the time constants of x_pre and x_post in ms.
struct TextRule {
  std::string on_pre = "0";
  std::string on_post = "0";
  double tau_pre = 20;
  double tau_post = 20;
  double w_max = 1e6;
  std::vector<MoreTrace> more = {};

  [[nodiscard]] bool uses(const std::string& name) const { return (on_pre + on_post).find(name) != std::string::npos; }
  [[nodiscard]] rule::Rule rule() const {
    base::Table table;
    table.set("on_pre", {on_pre, {}});
    table.set("on_post", {on_post, {}});
    if (uses("x_pre")) table.set("tau_pre", {fmt::format("{} ms", tau_pre), {}});
    if (uses("x_post")) table.set("tau_post", {fmt::format("{} ms", tau_post), {}});
    base::Table traces;
    traces.set("x_pre", {std::string("pre"), {}});
    traces.set("x_post", {std::string("post"), {}});
    for (const MoreTrace& each : more) {
      if (each.side != "state") traces.set(each.name, {each.side, {}});
      table.set("tau_" + each.name, {fmt::format("{} ms", each.tau), {}});
    }
    if (!more.empty()) table.set("traces", {std::move(traces), {}});
    table.set("w_max", {w_max, {}});
    base::Diagnostics diagnostics;
    auto space = rule::read_event_rule("test", table, {}, diagnostics);
    auto fixed = space ? rule::fixed_rule(std::move(*space), diagnostics) : std::nullopt;
    if (!fixed) throw std::runtime_error(diagnostics.render());
    return std::move(*fixed);
  }
};

/// The six parameters as text.
inline TextRule text_of(const SixParameters& six, double w_max) {
  return {.on_pre = fmt::format("{:.17g}*({:.17g} + {:.17g}*x_post)", six.eta, six.alpha, six.kappa),
          .on_post = fmt::format("{:.17g}*({:.17g} + {:.17g}*x_pre)", six.eta, six.beta, six.gamma),
          .tau_pre = 1e3 * six.tau_pre,
          .tau_post = 1e3 * six.tau_post,
          .w_max = w_max};
}

/// Pointers to the rules that are there, as `reference` takes them.
inline std::vector<const rule::Rule*> pointers(const std::vector<std::optional<rule::Rule>>& rules) {
  std::vector<const rule::Rule*> result;
  for (const auto& each : rules) result.push_back(each ? &*each : nullptr);
  return result;
}

/// Synapses and input spikes of a trial; each input spikes with a probability per step.
inline RecurrentTrial trial_of(const RecurrentNetwork& network, std::size_t steps, double probability,
                               std::uint32_t seed) {
  RecurrentTrial trial{.synapses = draw_synapses(network, 5, seed), .inputs = {}, .steps = steps};
  for (const Population& each : network.populations)
    trial.inputs.push_back(each.neuron ? SpikeTrains{} : random_spikes(each.size, steps, probability, seed));
  return trial;
}

}  // namespace carve::network::test
