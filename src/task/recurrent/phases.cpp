#include "carve/task/recurrent/phases.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "carve/base/random.hpp"

namespace carve::task {
namespace {

using base::between;
using base::field;

/// A random order of the numbers below `count`: that of as many random numbers, equal ones by position.
std::vector<std::uint16_t> shuffled(std::size_t count, const base::StreamKey& key) {
  std::vector<double> keys(count);
  base::fill_uniform(key, std::span<double>(keys));
  std::vector<std::uint16_t> order(count);
  std::iota(order.begin(), order.end(), std::uint16_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::uint16_t a, std::uint16_t b) { return keys[a] < keys[b]; });
  return order;
}

/// true, false, or a list of connections.
bool read_plastic(const base::Value& value, Phase& phase, base::Diagnostics& diagnostics) {
  phase.plastic = {.all = false};
  if (const auto* list = value.as<base::Array>()) {
    bool good = true;
    for (const base::Value& each : *list) {
      phase.plastic.connections.emplace_back();
      good = base::read_value(each, {}, phase.plastic.connections.back(), diagnostics) && good;
    }
    return good;
  }
  if (value.as<bool>()) return base::read_value(value, {}, phase.plastic.all, diagnostics);
  diagnostics.error(value.span,
                    "expected true, false, or a list of connections, but this is " + std::string(value.type_name()),
                    "for example plastic = [\"I->E\"]");
  return false;
}

}  // namespace

std::size_t stretches_in(base::Seconds time) {
  return static_cast<std::size_t>(std::llround(time.value / stretch.value));
}

const base::Schema<Phase>& phase_schema() {
  static const base::Schema<Phase> schema{
      {field(&Phase::name, "name", "what losses and the report call it").required(),
       field(&Phase::duration, "duration", "how long it lasts, in steps of 10 ms", between(0.01, 1e5)).required(),
       {.info = {.name = "plastic",
                 .brief = "whether weights change in it; or those connections alone whose weights do",
                 .type = "true or false, or list of texts"},
        .read = read_plastic,
        .write =
            [](const Phase& phase) {
              if (phase.plastic.connections.empty()) return base::write_value(phase.plastic.all);
              base::Array names;
              for (const std::string& each : phase.plastic.connections) names.push_back(base::write_value(each));
              return base::Value{std::move(names), {}};
            }},
       base::choice(&Phase::show, "show", "which patterns it shows, one after the other",
                    base::Choices<Shown>{{"nothing", Shown::nothing},
                                         {"familiar", Shown::familiar},
                                         {"novel", Shown::novel},
                                         {"both", Shown::both}}),
       field(&Phase::cue, "cue", "share of a pattern's inputs that take part", between(0, 1))}};
  return schema;
}

const base::Schema<Stimuli>& stimuli_schema() {
  static const base::Schema<Stimuli> schema{
      {field(&Stimuli::population, "population", "the population of inputs that patterns are made of"),
       field(&Stimuli::patterns, "patterns", "how many become familiar; as many others are novel", between(1, 1000)),
       field(&Stimuli::share, "share", "share of the population in each pattern", between(0, 1)),
       field(&Stimuli::spots, "spots", "runs of neighbouring inputs that make up a pattern; 0: inputs anywhere",
             between(0, 1000)),
       field(&Stimuli::rate, "rate", "rate of a pattern's inputs while it is shown, added to their own",
             between(0, 500)),
       field(&Stimuli::on, "on", "how long a pattern is shown, in steps of 10 ms", between(0.01, 1000)),
       field(&Stimuli::off, "off", "pause before each pattern, in steps of 10 ms", between(0, 1000))}};
  return schema;
}

std::vector<std::size_t> phase_begins(const std::vector<Phase>& phases) {
  std::vector<std::size_t> begins{0};
  for (const Phase& each : phases) begins.push_back(begins.back() + stretches_in(each.duration));
  return begins;
}

std::vector<Presentation> presentations(const std::vector<Phase>& phases, const Stimuli& stimuli, std::uint64_t seed,
                                        std::uint32_t trial) {
  const std::vector<std::size_t> begins = phase_begins(phases);
  const auto familiar = static_cast<std::size_t>(stimuli.patterns);
  const std::size_t off = stretches_in(stimuli.off);
  const std::size_t whole = off + stretches_in(stimuli.on);
  std::vector<Presentation> all;
  std::uint32_t rounds = 0;
  for (std::size_t p = 0; p < phases.size(); ++p) {
    if (phases[p].show == Shown::nothing) continue;
    const std::size_t first = phases[p].show == Shown::novel ? familiar : 0;
    const std::size_t count = phases[p].show == Shown::both ? 2 * familiar : familiar;
    std::vector<std::uint16_t> order;
    for (std::size_t at = begins[p]; at + whole <= begins[p + 1]; at += whole) {
      if (order.empty()) order = shuffled(count, {seed, base::Purpose::pattern_order, trial, rounds++});
      all.push_back({p, first + order.back(), at + off, at + whole});
      order.pop_back();
    }
  }
  return all;
}

std::vector<std::vector<std::uint16_t>> draw_patterns(const Stimuli& stimuli, std::size_t inputs, std::uint64_t seed,
                                                      std::uint32_t trial) {
  const auto size = static_cast<std::size_t>(std::llround(stimuli.share * static_cast<double>(inputs)));
  std::vector<std::vector<std::uint16_t>> patterns;
  for (std::uint32_t k = 0; k < 2 * static_cast<std::uint32_t>(stimuli.patterns); ++k) {
    const std::vector<std::uint16_t> order = shuffled(inputs, {seed, base::Purpose::patterns, trial, k});
    const std::size_t spots = stimuli.spots > 0 ? std::min(static_cast<std::size_t>(stimuli.spots), size) : size;
    std::vector<bool> taken(inputs, false);
    patterns.emplace_back();
    for (std::size_t spot = 0; spot < spots; ++spot) {
      for (std::size_t i = size * spot / spots; i < size * (spot + 1) / spots; ++i) {
        const std::size_t input = (order[spot] + i - size * spot / spots) % inputs;
        if (!taken[input]) patterns.back().push_back(static_cast<std::uint16_t>(input));
        taken[input] = true;
      }
    }
  }
  return patterns;
}

}  // namespace carve::task
