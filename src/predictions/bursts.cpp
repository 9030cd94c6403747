// Triplets and quadruplets of spikes, 60 of them, one per second (Wang et al. 2005; Pfister & Gerstner 2006, figure 1).
#include <array>

#include "carve/predictions/protocols.hpp"
#include "carve/predictions/spike_protocol.hpp"
#include "carve/predictions/words.hpp"

namespace carve::predictions {
namespace {

constexpr int repetitions = 60;
constexpr double period = 1;    // s
constexpr double pair_lag = 5;  // ms, within the pairs of a quadruplet
constexpr double ms = 1e-3;

/// The same spikes (in ms) again and again.
double repeated(const rule::Rule& rule, const SpikeTrains& once, double w) {
  SpikeTrains spikes;
  for (int i = 0; i < repetitions; ++i) {
    const double start = 0.5 + period * i;
    for (const double each : once.pre) spikes.pre.push_back(start + ms * each);
    for (const double each : once.post) spikes.post.push_back(start + ms * each);
  }
  return weight_change(rule, spikes, w);
}

/// The two intervals of a triplet, t_post - t_pre with the first and with the second of the side that spikes twice.
using Intervals = std::pair<double, double>;
constexpr std::array pre_post_pre{Intervals{5, -5}, Intervals{10, -10}, Intervals{15, -5}, Intervals{5, -15}};
constexpr std::array post_pre_post{Intervals{-5, 5}, Intervals{-10, 10}, Intervals{-5, 15}, Intervals{-15, 5}};

Figure triplet(const rule::Rule& rule, double w) {
  Figure figure;
  Curve curve{fmt::format("{} triplets", repetitions)};
  const auto add = [&](const char* kind, const Intervals& lags, double change) {
    figure.x.push_back(static_cast<double>(figure.x.size()));
    figure.labels.push_back(fmt::format("{} ({:g}, {:g})", kind, lags.first, lags.second));
    curve.y.push_back(change);
  };
  double first = 0, second = 0;
  for (const Intervals& each : pre_post_pre) {
    add("pre-post-pre", each, repeated(rule, {{-each.first, -each.second}, {0}}, w));
    first += curve.y.back() / pre_post_pre.size();
  }
  for (const Intervals& each : post_pre_post) {
    add("post-pre-post", each, repeated(rule, {{0}, {each.first, each.second}}, w));
    second += curve.y.back() / post_pre_post.size();
  }
  figure.words =
      fmt::format("On average over the four timings of each, pre-post-pre {} ({}) and post-pre-post {} ({}).",
                  verb(first), change_text(first), verb(second), change_text(second));
  figure.curves = {std::move(curve)};
  return figure;
}

/// T > 0: post-pre, then pre-post, the middles of the two pairs T apart; T < 0 the other way round.
double quadruplet_change(const rule::Rule& rule, double interval, double w) {
  const double half = pair_lag / 2;
  const auto [post_first, pre_first] = std::pair(-interval / 2, interval / 2);
  return repeated(rule, {{post_first + half, pre_first - half}, {post_first - half, pre_first + half}}, w);
}

Figure quadruplet(const rule::Rule& rule, double w) {
  Figure figure;
  Curve curve{fmt::format("{} quadruplets", repetitions)};
  for (int side : {-1, 1}) {
    for (int i = 2; i <= 20; ++i) figure.x.push_back(side < 0 ? -110 + 5 * i : 5 * i);
  }
  for (const double each : figure.x) curve.y.push_back(quadruplet_change(rule, each, w));
  const double before = quadruplet_change(rule, -20, w), after = quadruplet_change(rule, 20, w);
  figure.words = fmt::format("Post-pre and 20 ms later pre-post {} ({}); the pairs in the other order: {}.",
                             verb(after), change_text(after), change_text(before));
  figure.curves = {std::move(curve)};
  return figure;
}

}  // namespace

const Protocol triplets{"triplets",
                        "Triplets of spikes",
                        "60 triplets, one per second; in brackets the two intervals t_post - t_pre in ms.",
                        "wang2005",
                        "triplet (intervals in ms)",
                        "change of the weight",
                        triplet};
const Protocol quadruplets{
    "quadruplets",
    "Quadruplets of spikes",
    "60 times, once per second, two pairs with 5 ms between their spikes: above 0 post-pre comes first, then pre-post.",
    "wang2005",
    "from pair to pair (ms)",
    "change of the weight",
    quadruplet};

}  // namespace carve::predictions
