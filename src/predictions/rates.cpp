// The dependence on rates: both neurons fire at random (Bienenstock, Cooper & Munro 1982; Pfister & Gerstner 2006, eq.
// 6).
#include "carve/predictions/drift.hpp"
#include "carve/predictions/protocols.hpp"
#include "carve/predictions/words.hpp"

namespace carve::predictions {
namespace {

Figure rates(const rule::Rule& rule, double w) {
  Figure figure{.x = steps(0, 60, 60)};
  for (const double pre : {5.0, 10.0, 20.0}) {
    Curve curve{fmt::format("presynaptic at {:g} Hz", pre)};
    for (const double post : figure.x) curve.y.push_back(mean_drift(rule, pre, post, w));
    figure.curves.push_back(std::move(curve));
  }
  constexpr double usual = 10;
  const auto drift = [&](double post) { return mean_drift(rule, usual, post, w); };
  const std::vector<double> thresholds = zero_crossings(drift, figure.x);
  const double slow = drift(1), fast = drift(60);
  figure.words = fmt::format(
      "With the presynaptic neuron at 10 Hz the weight drifts by {} per second at 1 Hz of the "
      "postsynaptic one and by {} at 60 Hz",
      change_text(slow), change_text(fast));
  if (thresholds.empty()) figure.words += "; there is no threshold in between.";
  else
    figure.words +=
        fmt::format("; {} {} postsynaptic.", thresholds.size() == 1 ? "the threshold is" : "it stands still",
                    places_text(thresholds, "Hz"));
  if (!exact_drift(rule)) figure.words += fmt::format(" Means over {} spikes of each side.", samples);
  return figure;
}

}  // namespace

const Protocol rate_dependence{"rate_dependence",
                               "Rates: the BCM curve",
                               "Both neurons spike at random, independently of each other, while the weight is held.",
                               "bienenstock1982",
                               "postsynaptic rate (Hz)",
                               "drift of the weight (per s)",
                               rates};

}  // namespace carve::predictions
