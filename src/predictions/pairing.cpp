// Pairs of spikes: one of them, many at a frequency, and at weights of different size.
#include <algorithm>
#include <array>

#include "carve/predictions/drift.hpp"
#include "carve/predictions/protocols.hpp"
#include "carve/predictions/spike_protocol.hpp"
#include "carve/predictions/words.hpp"
#include "carve/rule/spike_pairs.hpp"

namespace carve::predictions {
namespace {

constexpr double longest_lag = 0.1;  // s
constexpr double usual_lag = 0.01;
constexpr int pairs = 60;

double pair_change(const rule::Rule& rule, double lag, double w) {
  return rule::spike_pair_window(rule, std::array{lag}, w).front();
}

/// What a pair does whose spikes are too far apart to see each other.
double lone_spikes(const rule::Rule& rule, double w) { return pair_change(rule, 1e6, w); }

/// The integral of the window over all lags, without what lone spikes do: in weight times seconds. Simpson's rule in u,
/// lag = tau sinh u, which resolves the shortest time constant and reaches beyond the longest.
double window_area(const rule::Rule& rule, double w) {
  double shortest = 1, longest = 0;
  for (const rule::Trace& each : rule.space.events->traces) {
    shortest = std::min(shortest, rule.values[each.time_constant]);
    longest = std::max(longest, rule.values[each.time_constant]);
  }
  if (longest == 0) return 0;
  constexpr int intervals = 400;
  const double end = std::asinh(40 * longest / shortest);
  double area = 0, size = 0;
  for (const double side : {-1.0, 1.0}) {
    const double lone = pair_change(rule, side * 1e6, w);
    for (int i = 0; i <= intervals; ++i) {
      const double u = end * i / intervals;
      const double lag = std::max(shortest * std::sinh(u), 1e-15);  // just beside 0, where spikes do not interact
      const double factor = i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2;
      const double part = factor * (pair_change(rule, side * lag, w) - lone) * shortest * std::cosh(u);
      area += part;
      size += std::fabs(part);
    }
  }
  if (std::fabs(area) < 1e-12 * size) return 0;  // what rounding leaves of two equal halves
  return area * end / intervals / 3;
}

Figure window(const rule::Rule& rule, double w) {
  Figure figure;
  figure.x = steps(-1e3 * longest_lag, 1e3 * longest_lag, 200);  // ms
  std::vector<double> lags;
  for (const double each : figure.x) lags.push_back(1e-3 * each);
  figure.curves = {{"one pair", rule::spike_pair_window(rule, lags, w)}};
  const double causal = pair_change(rule, usual_lag, w), acausal = pair_change(rule, -usual_lag, w);
  figure.words = fmt::format(
      "A pair {} when the presynaptic spike comes 10 ms before the other ({}), and {} when it comes 10 ms "
      "after ({}).",
      verb_beside(causal, acausal), change_text(causal), verb_beside(acausal, causal), change_text(acausal));
  const double lone = lone_spikes(rule, w);
  if (lone != 0)
    figure.words += fmt::format(" Spikes that are far apart change it too, by {} a pair.", change_text(lone));
  const double area = window_area(rule, w);
  figure.words +=
      fmt::format(" The area under the window{} is {} ms.", lone == 0 ? "" : ", above that,", change_text(1e3 * area));
  return figure;
}

double train_change(const rule::Rule& rule, double frequency, double lag, double w) {
  SpikeTrains spikes;
  for (int i = 0; i < pairs; ++i) {
    spikes.pre.push_back(1 + i / frequency);
    spikes.post.push_back(1 + i / frequency + lag);
  }
  return weight_change(rule, spikes, w);
}

Figure frequency(const rule::Rule& rule, double w) {
  Figure figure{.x = {0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50}};
  const double low = figure.x.front(), high = figure.x.back();
  for (const double lag : {usual_lag, -usual_lag}) {
    const auto change = [&](double f) { return train_change(rule, f, lag, w); };
    Curve curve{fmt::format("{:+g} ms", 1e3 * lag)};
    for (const double each : figure.x) curve.y.push_back(change(each));
    const std::vector<double> signs = zero_crossings(change, figure.x);
    figure.words += fmt::format("{}{} pairs at {} change ", figure.words.empty() ? "" : " ", pairs, curve.name);
    if (curve.y.front() == 0 && curve.y.back() == 0) figure.words += "nothing";
    else
      figure.words += fmt::format("the weight by {} at {:g} Hz and by {} at {:g} Hz", change_text(curve.y.front()), low,
                                  change_text(curve.y.back()), high);
    figure.words += signs.empty() ? "." : fmt::format("; the sign changes {}.", places_text(signs, "Hz"));
    figure.curves.push_back(std::move(curve));
  }
  return figure;
}

/// From 0 to twice the weight, or over all that the rule allows.
std::vector<double> weights(const rule::Rule& rule, double w) {
  const rule::EventRule& events = *rule.space.events;
  const double low = std::isfinite(events.w_min) ? events.w_min : std::min(0.0, 2 * w);
  const double high = std::isfinite(events.w_max) ? events.w_max : std::max(low + 1, 2 * w);
  return steps(low, high, 40);
}

Figure weight(const rule::Rule& rule, double w) {
  Figure figure{.x = weights(rule, w)};
  for (const double lag : {usual_lag, -usual_lag}) {
    Curve curve{fmt::format("{:+g} ms", 1e3 * lag)};
    for (const double each : figure.x) curve.y.push_back(pair_change(rule, lag, each));
    const auto [low, high] = std::minmax_element(curve.y.begin(), curve.y.end());
    const double size = std::max(std::fabs(*low), std::fabs(*high));
    if (!figure.words.empty()) figure.words += ' ';
    figure.words +=
        *high - *low <= 1e-9 * size
            ? fmt::format("A pair at {} changes every weight by {}.", curve.name, change_text(curve.y.front()))
            : fmt::format("A pair at {} changes a weight of {:.3g} by {} and one of {:.3g} by {}.", curve.name,
                          figure.x.front(), change_text(curve.y.front()), figure.x.back(), change_text(curve.y.back()));
    figure.curves.push_back(std::move(curve));
  }
  return figure;
}

}  // namespace

const Protocol stdp_window{"stdp_window",
                           "One pair of spikes",
                           "One presynaptic and one postsynaptic spike, alone; the change against how long the "
                           "postsynaptic one comes after the other.",
                           "bi1998",
                           "t_post - t_pre (ms)",
                           "change of the weight",
                           window};
const Protocol pairing_frequency{
    "pairing_frequency",
    "Pairs at a frequency",
    "60 pairs in a regular train, the postsynaptic spike 10 ms after the presynaptic one or 10 ms before it.",
    "sjostrom2001",
    "frequency of pairs (Hz)",
    "change of the weight",
    frequency};
const Protocol weight_dependence{"weight_dependence",
                                 "Weak and strong synapses",
                                 "One pair of spikes at +10 or -10 ms, at synapses of different weights.",
                                 "bi1998",
                                 "weight before",
                                 "change of the weight",
                                 weight};

}  // namespace carve::predictions
